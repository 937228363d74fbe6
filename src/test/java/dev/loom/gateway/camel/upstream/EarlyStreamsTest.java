package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Behaviour;
import dev.loom.gateway.testing.FakeProvider.Call;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever two providers do while the client is kept waiting, it reads a well-formed stream with one end. */
class EarlyStreamsTest {

    private static final Map<String, Behaviour> BEHAVIOURS = new LinkedHashMap<>(Map.of(
            "good", call -> call.completion("fine"),
            "whole", call -> call.json(200, Call.completionBody("fine")),
            "overloaded", call -> call.error(503, "server_error", "overloaded"),
            "wrong", call -> call.error(400, "invalid_request_error", "invalid_value"),
            "garbage", call -> call.answer(200, "text/event-stream", "data: {\n\ndata: \u0000\r\n\r\n:"),
            "nothing", call -> call.answer(200, "application/json", ""),
            "elsewhere", call -> call.answer(302, "text/html", "<a>", "Location: http://127.0.0.1:1/"),
            "cut", Call::cut,
            "comments",
                    call -> {
                        call.startStream();
                        call.write(": one\n\n\n\n: two");
                        call.cut();
                    },
            "half",
                    call -> {
                        call.startStream();
                        call.content("fi");
                        call.write("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"n");
                        call.cut();
                    }));

    private static FakeProvider a;
    private static FakeProvider b;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        a = new FakeProvider(call -> serve(call, 1));
        b = new FakeProvider(call -> serve(call, 2));
        gateway = TestGateway.start(TestGateway.providers("", a, b).replace("[gpt-4]", "['m.*']")
                + "server: {stream_start_after: 1ms, stream_keep_alive: 1ms}\n"
                + "routing: {failover: {max_retries: 1, circuit_breaker: {enabled: false}}}\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        a.close();
        b.close();
    }

    /** The model's name says what each of the two does: {@code m.cut.good}. */
    private static void serve(Call call, int place) throws IOException, InterruptedException {
        String model = Json.lenient(call.request().body().getBytes(StandardCharsets.UTF_8))
                .path("model")
                .asText();
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        BEHAVIOURS.get(model.split("\\.")[place]).serve(call);
    }

    static List<Arguments> pairs() {
        List<Arguments> pairs = new ArrayList<>();
        BEHAVIOURS
                .keySet()
                .forEach(first -> BEHAVIOURS.keySet().forEach(second -> pairs.add(Arguments.of(first, second))));
        return pairs;
    }

    private static boolean answers(String behaviour) {
        return behaviour.equals("good") || behaviour.equals("whole");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void the_client_reads_a_stream_that_ends(String first, String second) {
        HttpResponse<String> response = gateway.chat(TestGateway.chat("m." + first + "." + second, true));
        if (response.statusCode() != 200) {
            assertThat(answers(first)).as("before the head went out").isFalse();
            return;
        }
        StringBuilder said = new StringBuilder();
        String end = "";
        for (String event : response.body().split("\n\n")) {
            assertThat(end).as("before " + event).isEmpty();
            if (event.equals("data: [DONE]") || event.startsWith("data: {\"error\"")) {
                end = event;
            } else if (!event.startsWith(":")) {
                said.append(content(event));
            }
        }
        boolean fine = answers(first) || (answers(second) && !first.equals("half") && !first.equals("wrong"));
        assertThat(end.equals("data: [DONE]")).as(response.body()).isEqualTo(fine);
        assertThat(end).isNotEmpty();
        assertThat(said.toString()).isEqualTo(fine ? "fine" : halves(first, second));
    }

    private static String halves(String first, String second) {
        boolean half = first.equals("half") || (second.equals("half") && !first.equals("wrong"));
        return half ? "fi" : "";
    }

    private static String content(String event) {
        assertThat(event).startsWith("data: {");
        JsonNode chunk = Json.lenient(event.substring("data: ".length()).getBytes(StandardCharsets.UTF_8));
        assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
        return chunk.at("/choices/0/delta/content").asText();
    }
}
