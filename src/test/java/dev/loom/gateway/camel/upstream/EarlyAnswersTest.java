package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Behaviour;
import dev.loom.gateway.testing.FakeProvider.Call;
import dev.loom.gateway.testing.TestCertificates;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A provider that has read no more than the head of a large request, and answers: the answer counts as any other. The
 * gateway waits for seconds before it looks for one; so all cases wait at once, each at a provider of its own.
 */
class EarlyAnswersTest {

    private static final int SIZE = 5 << 20;
    private static final String TOO_LARGE = "{\"error\":{\"message\":\"The request is too large\","
            + "\"type\":\"invalid_request_error\",\"code\":\"request_too_large\"}}";
    private static final String SLOW_DOWN = "{\"error\":{\"message\":\"Slow down\",\"code\":\"rate_limit_exceeded\"}}";

    @TempDir
    static Path directory;

    private static final CountDownLatch DONE = new CountDownLatch(1);
    private static final ExecutorService CLIENTS = Executors.newCachedThreadPool();
    private static final Map<String, FakeProvider> PROVIDERS = new LinkedHashMap<>();
    private static final Map<String, CompletableFuture<List<HttpResponse<String>>>> ANSWERS = new LinkedHashMap<>();

    private static TestCertificates.Identity server;
    private static TestGateway gateway;

    /** What becomes of the connection behind the answer. */
    private enum End {
        /** With unread bytes before it, so that the operating system sends a reset. */
        CLOSES_AT_ONCE,
        CLOSES_ITS_OUTPUT_AND_DOES_NOT_READ,
        STAYS_OPEN_AND_DOES_NOT_READ,
        READS_ON_AND_CLOSES
    }

    @BeforeAll
    static void askAll() throws Exception {
        server = new TestCertificates(directory).make("server", "ip:127.0.0.1");
        for (End end : End.values()) {
            add("413 " + end, answering(413, TOO_LARGE, end), false);
            add("413 " + end, answering(413, TOO_LARGE, end), true);
            add("429 " + end, answering(429, SLOW_DOWN, end), false);
            add("200 " + end, answering(200, Call.completionBody("early"), end), false);
        }
        for (boolean tls : List.of(false, true)) {
            add("again", answering(200, Call.completionBody("early"), End.STAYS_OPEN_AND_DOES_NOT_READ), tls);
            add("closes", Call::close, tls);
        }
        add("reads", EarlyAnswersTest::readsAll, false);
        PROVIDERS.put("next", FakeProvider.saying("from the next"));
        gateway = TestGateway.start(configuration());
        PROVIDERS.keySet().stream().filter(name -> !name.equals("next")).forEach(EarlyAnswersTest::ask);
    }

    @AfterAll
    static void stop() {
        DONE.countDown();
        CLIENTS.shutdownNow();
        gateway.close();
        PROVIDERS.values().forEach(FakeProvider::close);
    }

    private static void add(String name, Behaviour behaviour, boolean tls) throws Exception {
        PROVIDERS.put(named(name, tls), provider(behaviour, tls));
    }

    private static String named(String name, boolean tls) {
        return (name + (tls ? " tls" : "")).toLowerCase(Locale.ROOT).replaceAll("[ _]", "-");
    }

    private static String configuration() throws Exception {
        StringBuilder yaml = new StringBuilder("providers:\n");
        List<String> shared = new ArrayList<>();
        for (Map.Entry<String, FakeProvider> each : PROVIDERS.entrySet()) {
            String name = each.getKey();
            boolean last = name.equals("next");
            boolean tls = name.endsWith("-tls");
            if (name.startsWith("429") || name.startsWith("closes")) {
                shared.add("m-" + name);
            }
            yaml.append(
                    "  - {name: %s, type: openai, api_key: k, base_url: '%s', models: %s, timeouts: {response: 15s, first_token: 15s}%s}\n"
                            .formatted(
                                    name,
                                    tls
                                            ? each.getValue().url().replace("http:", "https:")
                                            : each.getValue().url(),
                                    last ? shared : List.of("m-" + name),
                                    tls ? ", tls: {ca_file: '" + server.certificate() + "'}" : ""));
        }
        return yaml.toString();
    }

    private static void ask(String name) {
        int times = name.startsWith("again") ? 3 : name.equals("reads") ? 2 : 1;
        ANSWERS.put(
                name,
                CompletableFuture.supplyAsync(
                        () -> Stream.generate(() -> gateway.chat(large(name)))
                                .limit(times)
                                .toList(),
                        CLIENTS));
    }

    private static HttpResponse<String> answer(String name) {
        return ANSWERS.get(name).join().get(0);
    }

    private static Behaviour answering(int status, String body, End end) {
        return call -> {
            if (end == End.STAYS_OPEN_AND_DOES_NOT_READ) {
                call.json(status, body);
            } else {
                call.json(status, body, "Connection", "close");
            }
            after(call, end);
        };
    }

    private static void after(Call call, End end) throws IOException, InterruptedException {
        switch (end) {
            case CLOSES_AT_ONCE -> call.close();
            case CLOSES_ITS_OUTPUT_AND_DOES_NOT_READ -> {
                call.endOutput();
                DONE.await();
                call.cut();
            }
            case STAYS_OPEN_AND_DOES_NOT_READ -> {
                DONE.await();
                call.cut();
            }
            case READS_ON_AND_CLOSES -> call.rest(2 * SIZE);
        }
    }

    private static void readsAll(Call call) throws IOException {
        call.raw("HTTP/1.1 102 Processing\r\n\r\n");
        int length = Integer.parseInt(call.request().headers().get("Content-Length"));
        assertThat(call.rest(length)).hasSize(length);
        call.json(200, Call.completionBody("whole"));
    }

    private static FakeProvider provider(Behaviour behaviour, boolean tls) throws Exception {
        ServerSocket socket =
                tls ? server.server(null).getServerSocketFactory().createServerSocket() : new ServerSocket();
        socket.setReceiveBufferSize(8 << 10);
        return FakeProvider.ofHeads(behaviour, socket);
    }

    private static String large(String name) {
        return TestGateway.chat("m-" + name, name.startsWith("429")).replace("hello", "x".repeat(SIZE));
    }

    @ParameterizedTest
    @CsvSource({
        "CLOSES_AT_ONCE,false",
        "CLOSES_AT_ONCE,true",
        "CLOSES_ITS_OUTPUT_AND_DOES_NOT_READ,false",
        "CLOSES_ITS_OUTPUT_AND_DOES_NOT_READ,true",
        "STAYS_OPEN_AND_DOES_NOT_READ,false",
        "STAYS_OPEN_AND_DOES_NOT_READ,true",
        "READS_ON_AND_CLOSES,false",
        "READS_ON_AND_CLOSES,true"
    })
    void a_request_that_is_too_large_is_the_callers_fault(End end, boolean tls) {
        String name = named("413 " + end, tls);
        JsonNode error = Answers.error(answer(name), 413);
        assertThat(error.path("message").asText()).isEqualTo("The request is too large");
        assertThat(PROVIDERS.get(name).accepted()).isEqualTo(1);
        assertThat(gateway.stats(name).at("/errors/caller_fault").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void too_many_requests_go_on_to_the_next_provider(End end) {
        String name = named("429 " + end, false);
        assertThat(answer(name).body()).contains("from the next");
        assertThat(gateway.stats(name).at("/errors/rate_limited").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void an_answer_that_needs_no_body_is_an_answer(End end) {
        HttpResponse<String> response = answer(named("200 " + end, false));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("early");
    }

    /** The provider would take the rest of the old body for the beginning of the next request. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_connection_on_which_a_body_was_broken_off_is_not_used_again(boolean tls) {
        String name = named("again", tls);
        assertThat(ANSWERS.get(name).join()).hasSize(3).allSatisfy(response -> assertThat(response.statusCode())
                .isEqualTo(200));
        assertThat(PROVIDERS.get(name).accepted()).isEqualTo(3);
        // Whoever comes here first ends the calls of all: their answers have been read.
        ANSWERS.values().forEach(CompletableFuture::join);
        DONE.countDown();
        await().until(() -> PROVIDERS.get(name).connections() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_provider_that_closes_without_an_answer_has_failed(boolean tls) {
        String name = named("closes", tls);
        assertThat(answer(name).body()).contains("from the next");
        assertThat(gateway.stats(name).at("/errors/transient").asInt()).isEqualTo(1);
    }

    /** Interim answers are none, and a provider that reads slowly, but reads, gets the whole body. */
    @Test
    void a_provider_that_sends_signs_of_life_while_it_reads_gets_the_whole_body() {
        assertThat(ANSWERS.get("reads").join()).hasSize(2).allSatisfy(response -> assertThat(response.body())
                .contains("whole"));
        assertThat(PROVIDERS.get("reads").accepted()).isEqualTo(1);
    }
}
