package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes to a provider without being read: moderations, audio, pictures, files. */
class PassThroughTest {

    private static final String FORM =
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n"
                    + "RIFF\u0000--b-not\r\n--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nears\r\n--b--\r\n";

    private static final String ALL =
            "[moderations, rerank, audio, images, files, batches, uploads, fine_tuning, vector_stores]";

    private static TestGateway gateway(FakeProvider provider, String more) {
        return TestGateway.start("providers:\n  - {name: a, type: openai, api_key: sk-a, base_url: '" + provider.url()
                + "', models: [whisper-1, gpt-4]}\nmodel_mapping: {ears: {a: whisper-1}}\n" + more);
    }

    private static HttpResponse<String> send(
            TestGateway gateway, String method, String path, String type, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return gateway.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"moderations", "rerank", "audio/speech", "images/generations"})
    void json_passes_with_another_name_of_the_model_and_nothing_else(String path) throws IOException {
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, "{\"id\":\"x-1\", \"new\": 1.0}"));
                TestGateway gateway = gateway(provider, "")) {
            String body = "{ \"model\":\"ears\", \"input\":\"hi\", \"new\": 1.0}";
            HttpResponse<String> answer = send(gateway, "POST", "/v1/" + path, "application/json", body);
            assertThat(answer.body()).isEqualTo("{\"id\":\"x-1\", \"new\": 1.0}");
            assertThat(answer.headers().firstValue("x-loom-provider")).hasValue("a");
            FakeProvider.Request sent = provider.requests().get(0);
            assertThat(sent.path()).isEqualTo("/v1/" + path);
            assertThat(sent.body()).isEqualTo(body.replace("ears", "whisper-1"));
            assertThat(sent.headers()).containsEntry("Authorization", "Bearer sk-a");
            assertThat(gateway.admin("/ai/requests").at("/requests/0/surface").asText())
                    .isEqualTo(path.split("/")[0]);
        }
    }

    @Test
    void a_form_passes_with_another_name_of_the_model_and_nothing_else() throws IOException {
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, "{\"text\":\"hello\"}"));
                TestGateway gateway = gateway(provider, "")) {
            HttpResponse<String> answer =
                    send(gateway, "POST", "/v1/audio/transcriptions", "multipart/form-data; boundary=b", FORM);
            assertThat(json(answer).path("text").asText()).isEqualTo("hello");
            FakeProvider.Request sent = provider.requests().get(0);
            assertThat(sent.body()).isEqualTo(FORM.replace("ears", "whisper-1"));
            assertThat(sent.headers()).containsEntry("Content-Type", "multipart/form-data; boundary=b");
        }
    }

    @Test
    void a_form_that_waits_to_be_asked_for_is_asked_for() throws IOException {
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, "{\"text\":\"hello\"}"));
                TestGateway gateway = gateway(provider, "");
                RawHttp client = new RawHttp(gateway.port())) {
            client.send("POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                    + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: " + FORM.length() + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            client.send(FORM);
            assertThat(client.read().body()).contains("hello");
        }
    }

    @Test
    void a_form_with_a_model_that_nobody_serves_is_a_404() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("x");
                TestGateway gateway = gateway(provider, "")) {
            HttpResponse<String> answer = send(
                    gateway,
                    "POST",
                    "/v1/audio/transcriptions",
                    "multipart/form-data; boundary=b",
                    FORM.replace("ears", "eyes"));
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(json(answer).at("/error/code").asText()).isEqualTo("model_not_found");
        }
    }

    @Test
    void a_form_goes_to_the_next_provider_when_one_fails() throws IOException {
        try (FakeProvider broken = FakeProvider.failing(503, "server_error", "down");
                FakeProvider well = new FakeProvider(call -> call.json(200, "{\"text\":\"hello\"}"));
                TestGateway gateway = TestGateway.over(broken, well)) {
            HttpResponse<String> answer = send(
                    gateway,
                    "POST",
                    "/v1/audio/transcriptions",
                    "multipart/form-data; boundary=b",
                    FORM.replace("ears", "gpt-4"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(well.requests().get(0).body())
                    .isEqualTo(broken.requests().get(0).body());
        }
    }

    @ParameterizedTest
    @CsvSource({"/v1/files, files", "/v1/batches, batches", "/v1/vector_stores/vs_1, vector_stores"})
    void what_is_not_open_is_a_404_that_says_how_to_open_it(String path, String entry) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("x");
                TestGateway gateway = gateway(provider, "")) {
            HttpResponse<String> answer = gateway.get(gateway.url() + path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(json(answer).at("/error/message").asText()).contains("server.pass_through", entry);
            assertThat(provider.requests()).isEmpty();
        }
    }

    @Test
    void what_a_provider_has_made_is_asked_of_it_by_its_owner_alone() throws IOException {
        String yaml =
                "server: {pass_through: [files, batches], api_keys: [{key: of-ann, name: ann}, {key: of-bob, name: bob}]}\n"
                        + "routing: {strategy: round_robin}\n";
        try (FakeProvider a = new FakeProvider(call -> call.json(200, "{\"id\":\"file-of-a\"}"));
                FakeProvider b = new FakeProvider(call -> call.json(200, "{\"id\":\"file-of-b\"}"));
                TestGateway gateway = TestGateway.start(TestGateway.providers("", a, b) + yaml)) {
            String[] ann = {"Authorization", "Bearer of-ann"};
            String made = json(send(
                            gateway,
                            "POST",
                            "/v1/files",
                            "multipart/form-data; boundary=b",
                            FORM.replace("model", "purpose"),
                            ann))
                    .path("id")
                    .asText();
            String holder = made.substring(made.length() - 1);
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> got =
                        send(gateway, "GET", "/v1/files/" + made + "/content", "text/plain", "", ann);
                assertThat(got.headers().firstValue("x-loom-provider")).hasValue(holder);
                HttpResponse<String> batch = send(
                        gateway,
                        "POST",
                        "/v1/batches",
                        "application/json",
                        "{\"input_file_id\":\"" + made + "\"}",
                        ann);
                assertThat(batch.headers().firstValue("x-loom-provider")).hasValue(holder);
            }
            String[] bob = {"Authorization", "Bearer of-bob"};
            assertThat(send(gateway, "GET", "/v1/files/" + made, "text/plain", "", bob)
                            .statusCode())
                    .isEqualTo(404);
            String[] pinned = {"Authorization", "Bearer of-ann", "x-loom-provider", "b"};
            assertThat(send(gateway, "GET", "/v1/files", "text/plain", "", pinned)
                            .headers()
                            .firstValue("x-loom-provider"))
                    .hasValue("b");
            String[] nobody = {"Authorization", "Bearer of-ann", "x-loom-provider", "none"};
            assertThat(send(gateway, "GET", "/v1/files", "text/plain", "", nobody)
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void what_a_key_for_some_models_may_not_is_refused_without_a_model_too() throws IOException {
        String yaml = "server: {api_keys: [{key: of-ann, name: ann, models: [gpt-4]}]}\n";
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, "{}"));
                TestGateway gateway = gateway(provider, yaml)) {
            String[] ann = {"Authorization", "Bearer of-ann"};
            for (String model : new String[] {"", "\"model\":\"whisper-1\","}) {
                String body = "{" + model + "\"input\":\"hi\"}";
                assertThat(send(gateway, "POST", "/v1/moderations", "application/json", body, ann)
                                .statusCode())
                        .isEqualTo(403);
            }
            assertThat(provider.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "images/generations | {\"model\":\"gpt-4\",\"model\":\"whisper-1\"}",
                "images/generations | {\"model\":\"gpt-4\",\"mod\\u0065l\":\"whisper-1\"}",
                "batches | {\"input_file_id\":\"file-1\",\"input_file_id\":\"zzz\"}",
                "vector_stores | {\"expires_after\":{\"days\":1,\"days\":2}}",
                "responses/compact | {\"model\":\"gpt-4\",\"model\":\"whisper-1\"}",
                "moderations | [\"gpt-4\"]",
                "rerank | {\"model\":\"gpt-4\"} {\"model\":\"whisper-1\"}"
            })
    void json_that_can_be_read_in_two_ways_is_refused(String path, String body) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("x");
                TestGateway gateway = gateway(provider, "server: {pass_through: " + ALL + "}\n")) {
            HttpResponse<String> answer = send(gateway, "POST", "/v1/" + path, "application/json", body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(provider.requests()).isEmpty();
        }
    }

    @Test
    void ids_in_what_is_not_called_json_are_not_passed_unread() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("x");
                TestGateway gateway = gateway(provider, "server: {pass_through: " + ALL + "}\n")) {
            HttpResponse<String> answer =
                    send(gateway, "POST", "/v1/batches", "text/plain", "{\"input_file_id\":\"file-of-bob\"}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(415);
            assertThat(provider.requests()).isEmpty();
        }
    }

    private static String part(String head, String value) {
        return "--b\r\n" + head + "\r\n\r\n" + value + "\r\n";
    }

    private static String model(String name) {
        return part("Content-Disposition: form-data; name=\"model\"", name);
    }

    private static Stream<Arguments> forms() {
        String head = "Content-Disposition: form-data; ";
        String end = "--b--\r\n";
        String form = "multipart/form-data; boundary=b";
        return Stream.of(
                arguments("a second model", form, model("ears") + model("gpt-4") + end),
                arguments("a name in capitals", form, model("ears") + part(head + "NAME=\"model\"", "gpt-4") + end),
                arguments("an extended name", form, model("ears") + part(head + "name*=utf-8''model", "gpt-4") + end),
                arguments("an escape", form, model("ears") + part(head + "name=\"mod\\el\"", "gpt-4") + end),
                arguments("a percent", form, model("ears") + part(head + "name=\"mod%65l\"", "gpt-4") + end),
                arguments("two names", form, model("ears") + part(head + "name=\"x\"; name=\"model\"", "gpt-4") + end),
                arguments(
                        "a quote in a name of a file",
                        form,
                        model("ears") + part(head + "name=\"x\"; filename=\"a\\\"; name=\"model\"", "gpt-4") + end),
                arguments("no quotes", form, model("ears") + part(head + "name=model", "gpt-4") + end),
                arguments("a list", form, model("ears") + part(head + "name=\"model[]\"", "gpt-4") + end),
                arguments("bare lines", form, model("ears") + "--b\r\n" + head + "name=\"model\"\n\ngpt-4\r\n" + end),
                arguments(
                        "a bare line in a head",
                        form,
                        model("ears") + part("X: y\n" + head + "name=\"model\"", "gpt-4") + end),
                arguments(
                        "a bare line before a boundary",
                        form,
                        model("ears").replace("ears\r\n", "ears\n") + model("gpt-4") + end),
                arguments(
                        "a folded header",
                        form,
                        model("ears") + part("Content-Disposition: form-data;\r\n name=\"model\"", "gpt-4") + end),
                arguments(
                        "a long head",
                        form,
                        model("ears")
                                + part("X: " + "y".repeat(9000) + "\r\n" + head + "name=\"model\"", "gpt-4")
                                + end),
                arguments(
                        "another encoding",
                        form,
                        part(head + "name=\"model\"\r\nContent-Transfer-Encoding: quoted-printable", "=65ars") + end),
                arguments("a file", form, part(head + "name=\"model\"; filename=\"m\"", "ears") + end),
                arguments(
                        "a preamble",
                        form,
                        "--c\r\n" + head + "name=\"model\"\r\n\r\ngpt-4\r\n--c--\r\n" + model("ears") + end),
                arguments("an epilogue", form, model("ears") + end + model("gpt-4") + end),
                arguments("no end", form, model("ears")),
                arguments("two boundaries", "multipart/form-data; boundary=c; boundary=b", model("ears") + end),
                arguments("no boundary", "multipart/form-data", model("ears") + end),
                arguments("another kind", "multipart/mixed; boundary=b", model("ears") + end));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void a_form_that_can_be_read_in_two_ways_is_refused(String name, String type, String form) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("x");
                TestGateway gateway = gateway(provider, "")) {
            HttpResponse<String> answer = send(gateway, "POST", "/v1/audio/transcriptions", type, form);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("invalid_form");
            assertThat(provider.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Disposition: form-data; name=\"model\"",
                "content-disposition: Form-Data; Name=model",
                "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=\"model\"",
                "Content-Disposition: form-data; name=\"model\"\r\nContent-Type: text/plain; charset=ISO-8859-1\r\n"
                        + "Content-Transfer-Encoding: 8bit"
            })
    void a_form_passes_as_well_kept_clients_write_it(String head) throws IOException {
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, "{}"));
                TestGateway gateway = gateway(provider, "")) {
            String file = part(
                    "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\a b.wav\"; filename*=utf-8''a%20b.wav",
                    "\n--\r\n--\r--a\r\n-" + "-".repeat(600_000));
            String form = file + part(head, "ears") + part("Content-Disposition: form-data; name=\"include[]\"", "x")
                    + "--b--";
            HttpResponse<String> answer = send(
                    gateway,
                    "POST",
                    "/v1/audio/transcriptions",
                    "multipart/form-data; charset=utf-8; boundary=\"b\"",
                    form);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(provider.requests().get(0).body()).isEqualTo(form.replace("ears", "whisper-1"));
        }
    }

    @Test
    void half_a_gigabyte_passes_both_ways_and_takes_no_heap() throws Exception {
        long size = 500L << 20;
        AtomicLong received = new AtomicLong();
        HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", exchange -> {
            received.set(exchange.getRequestBody().transferTo(OutputStream.nullOutputStream()));
            exchange.getResponseHeaders().add("Content-Type", "audio/wav");
            exchange.sendResponseHeaders(200, size);
            write(exchange.getResponseBody(), size);
            exchange.close();
        });
        provider.setExecutor(runnable -> new Thread(runnable).start());
        provider.start();
        String yaml = "providers:\n  - {name: a, type: openai, api_key: sk-a, base_url: 'http://127.0.0.1:"
                + provider.getAddress().getPort() + "/v1', models: [gpt-4]}\n";
        try (TestGateway gateway = TestGateway.start(yaml)) {
            HttpURLConnection connection = (HttpURLConnection) URI.create(gateway.url() + "/v1/audio/transcriptions")
                    .toURL()
                    .openConnection();
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(size);
            connection.setRequestProperty("Content-Type", "application/octet-stream");
            long before = used();
            try (OutputStream out = connection.getOutputStream()) {
                write(out, size);
            }
            long returned = 0;
            long most = 0;
            try (InputStream in = connection.getInputStream()) {
                byte[] part = new byte[1 << 20];
                for (int count = in.read(part); count >= 0; count = in.read(part)) {
                    returned += count;
                    most = returned % (64 << 20) < count ? Math.max(most, used() - before) : most;
                }
            }
            assertThat(received.get()).isEqualTo(size);
            assertThat(returned).isEqualTo(size);
            assertThat(most).isLessThan(64 << 20);
        } finally {
            provider.stop(0);
        }
    }

    private static void write(OutputStream out, long size) throws IOException {
        byte[] part = new byte[1 << 20];
        for (long sent = 0; sent < size; sent += part.length) {
            out.write(part);
        }
    }

    /** Bytes that are not garbage. */
    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
