package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a provider holds is found by every instance, for the client that it was made for. */
class TwoGatewaysOneHolderTest {

    private final RedisServer server = RedisServer.start();
    private final FakeProvider a = holding("a");
    private final FakeProvider b = holding("b");
    private final List<TestGateway> gateways = new ArrayList<>();

    private static FakeProvider holding(String name) {
        return new FakeProvider(call -> {
            boolean response = call.request().path().startsWith("/v1/responses");
            call.json(
                    200,
                    "{\"id\":\"" + (response ? "resp-of-" : "file-of-") + name + "\",\"object\":\"response\","
                            + "\"status\":\"completed\",\"output\":[]}");
        });
    }

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
        a.close();
        b.close();
        server.close();
    }

    private TestGateway start() {
        return start("auto");
    }

    private TestGateway start(String unknownIds) {
        String models = "models: [{name: gpt-4, surfaces: [chat, responses]}]";
        TestGateway gateway = TestGateway.start(
                TestGateway.providers("", a, b).replace("models: [gpt-4]", models)
                        + "state: {type: redis, url: '" + server.url() + "', timeout: 2s}\n"
                        + "routing: {strategy: round_robin}\n"
                        + "server: {unknown_ids: " + unknownIds
                        + ", pass_through: [files, vector_stores], api_keys: [{key: of-ann, name: ann}, {key: of-bob, name: bob}]}\n");
        gateways.add(gateway);
        return gateway;
    }

    private static HttpResponse<String> send(
            TestGateway gateway, String name, String method, String path, String body) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer of-" + name)
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String provider(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.headers().firstValue("x-loom-provider").orElseThrow();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void another_instance_goes_on_with_a_response_where_it_was_made() {
        TestGateway one = start();
        TestGateway two = start();
        HttpResponse<String> made = send(one, "ann", "POST", "/v1/responses", "{\"model\":\"gpt-4\",\"input\":\"hi\"}");
        String holder = provider(made);
        String id = json(made).path("id").asText();
        await().until(() -> server.cli("EXISTS", "loom:note:" + id).equals("1"));
        assertThat(Long.parseLong(server.cli("TTL", "loom:note:" + id))).isBetween(86_000L, 86_400L);

        String next = "{\"model\":\"gpt-4\",\"input\":\"on\",\"previous_response_id\":\"" + id + "\"}";
        for (int i = 0; i < 3; i++) {
            assertThat(provider(send(two, "ann", "POST", "/v1/responses", next)))
                    .isEqualTo(holder);
            assertThat(provider(send(two, "ann", "GET", "/v1/responses/" + id, "")))
                    .isEqualTo(holder);
        }
        assertThat(json(send(two, "bob", "POST", "/v1/responses", next))
                        .at("/error/code")
                        .asText())
                .isEqualTo("previous_response_not_found");
        assertThat(send(two, "bob", "GET", "/v1/responses/" + id, "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void another_instance_finds_a_file_where_it_was_uploaded() {
        TestGateway one = start();
        TestGateway two = start();
        HttpResponse<String> made = send(one, "ann", "POST", "/v1/files", "{}");
        String holder = provider(made);
        String id = json(made).path("id").asText();
        await().until(() -> server.cli("EXISTS", "loom:note:" + id).equals("1"));

        for (int i = 0; i < 3; i++) {
            assertThat(provider(send(two, "ann", "GET", "/v1/files/" + id + "/content", "")))
                    .isEqualTo(holder);
        }
        assertThat(send(two, "bob", "GET", "/v1/files/" + id, "").statusCode()).isEqualTo(404);
    }

    @Test
    void nobody_reaches_anothers_file_behind_many_ids_of_no_file() {
        TestGateway one = start("pass");
        TestGateway two = start("pass");
        String id = json(send(one, "ann", "POST", "/v1/files", "{}")).path("id").asText();
        await().until(() -> server.cli("EXISTS", "loom:note:" + id).equals("1"));
        String ids =
                IntStream.range(0, 1000).mapToObj(i -> "\"none-" + i + "\",").collect(Collectors.joining());

        String named = "{\"file_ids\":[" + ids + "\"" + id + "\"]}";
        assertThat(send(two, "bob", "POST", "/v1/vector_stores", named).statusCode())
                .isEqualTo(404);
        String chat = "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"x\":" + named + "}";
        assertThat(json(send(two, "bob", "POST", "/v1/chat/completions", chat))
                        .at("/error/code")
                        .asText())
                .isEqualTo("not_found");
        provider(send(two, "ann", "POST", "/v1/vector_stores", named));
    }

    /** Else limits would be counted by each instance alone, or nobody would be served, whenever a client wants it. */
    @Test
    void many_requests_that_name_very_many_ids_do_not_make_the_server_seem_away() throws Exception {
        TestGateway one = start("pass");
        String ids =
                IntStream.range(0, 4000).mapToObj(i -> "\"none-" + i + "\"").collect(Collectors.joining(","));
        String body = "{\"model\":\"gpt-4\",\"input\":\"hi\",\"x\":{\"file_ids\":[" + ids + "]}}";
        ExecutorService clients = Executors.newFixedThreadPool(100);
        try (CapturedLog log = new CapturedLog()) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(clients.submit(() -> send(one, "bob", "POST", "/v1/responses", body)));
            }
            for (Future<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().statusCode()).as(answer.get().body()).isIn(200, 429);
            }
            assertThat(log.messages()).noneMatch(message -> message.contains("until it answers"));
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void a_text_too_long_for_an_id_does_not_reach_the_server() {
        TestGateway one = start("pass");
        server.cli("CONFIG", "RESETSTAT");
        String text = "x".repeat(1 << 20);
        String body = "{\"model\":\"gpt-4\",\"input\":\"hi\",\"previous_response_id\":\"" + text
                + "\",\"x\":{\"file_id\":\"" + text + "\"}}";
        provider(send(one, "bob", "POST", "/v1/responses", body));
        Matcher read = Pattern.compile("total_net_input_bytes:(\\d+)").matcher(server.cli("INFO", "stats"));
        assertThat(read.find()).isTrue();
        assertThat(Long.parseLong(read.group(1))).isLessThan(1 << 20);
    }

    /** The last note of an instance is written behind its others. */
    @Test
    void the_server_keeps_a_note_for_its_client_as_long_as_it_is_in_use() {
        server.cli("SET", "loom:note:file-of-a", "a\nann");
        server.cli("SET", "loom:note:file-of-b", "b\nann");
        TestGateway one = start();
        send(one, "bob", "POST", "/v1/files", "{}");
        send(one, "bob", "POST", "/v1/files", "{}");
        assertThat(provider(send(one, "ann", "GET", "/v1/files/file-of-b", ""))).isEqualTo("b");
        await().until(() -> !server.cli("TTL", "loom:note:file-of-b").equals("-1"));
        for (String name : List.of("a", "b")) {
            assertThat(server.cli("GET", "loom:note:file-of-" + name)).isEqualTo(name + "\nann");
            assertThat(provider(send(one, "ann", "GET", "/v1/files/file-of-" + name, "")))
                    .isEqualTo(name);
            assertThat(send(one, "bob", "GET", "/v1/files/file-of-" + name, "").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void without_the_server_each_instance_knows_what_it_has_seen_itself() {
        TestGateway one = start();
        HttpResponse<String> made = send(one, "ann", "POST", "/v1/files", "{}");
        String path = "/v1/files/" + json(made).path("id").asText();
        server.kill();
        await().until(() -> !one.admin("/ai/fleet").at("/state/available").asBoolean());

        assertThat(provider(send(one, "ann", "GET", path, ""))).isEqualTo(provider(made));
        assertThat(send(one, "bob", "GET", path, "").statusCode()).isEqualTo(404);
    }
}
