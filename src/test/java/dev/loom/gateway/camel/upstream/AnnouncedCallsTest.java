package dev.loom.gateway.camel.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A provider that announces all calls of an answer first and then sends their arguments, to clients of each language. */
class AnnouncedCallsTest {

    private static final String[] IN_TURN = {"0 {\\\"a\\\":", "0 1}", "1 {\\\"b\\\":", "1 2}"};
    private static final String[] MIXED = {"1 {\\\"b\\\":", "0 {\\\"a\\\":", "1 2}", "0 1}"};

    /** The first of a call's pieces before the call itself. */
    private static final String[] EARLY = {"0 {\\\"a\\\":", "1 {\\\"b\\\":", "", "1 2}", "0 1}"};

    private static FakeProvider provider;
    private static TestGateway gateway;
    private static volatile String[] pieces = IN_TURN;

    @BeforeAll
    static void start() {
        provider = new FakeProvider(call -> {
            call.startStream();
            call.chunk("{\"role\":\"assistant\",\"content\":null}", null);
            List<String> all = new ArrayList<>(List.of(pieces));
            if (!all.contains("")) {
                all.add(0, "");
            }
            for (String piece : all) {
                if (piece.isEmpty()) {
                    call.chunk(announced(0, "first"), null);
                    call.chunk(announced(1, "second"), null);
                } else {
                    String arguments = piece.substring(2);
                    call.chunk(
                            "{\"tool_calls\":[{\"index\":" + piece.charAt(0) + ",\"function\":{\"arguments\":\""
                                    + arguments + "\"}}]}",
                            null);
                }
            }
            call.chunk("{}", "tool_calls");
            call.done();
        });
        gateway = TestGateway.over(provider);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.close();
    }

    private static String announced(int index, String name) {
        return "{\"tool_calls\":[{\"index\":%d,\"id\":\"call_%d\",\"type\":\"function\",\"function\":{\"name\":\"%s\",\"arguments\":\"\"}}]}"
                .formatted(index, index, name);
    }

    private static String answer(String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        return gateway.send(request).body();
    }

    private static Stream<JsonNode> ask(String path, String body) {
        String stream = answer(path, body);
        assertThat(stream).doesNotContain("error\":{");
        return stream.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> Json.lenient(line.substring("data: ".length()).getBytes(UTF_8)));
    }

    private static Map<String, String> called(String language) {
        Map<Integer, String> names = new TreeMap<>();
        Map<Integer, String> arguments = new TreeMap<>();
        switch (language) {
            case "chat" ->
                ask(
                                "/v1/chat/completions",
                                "{'model':'gpt-4','stream':true,'messages':[{'role':'user','content':'hi'}]}")
                        .flatMap(chunk -> StreamSupport.stream(
                                chunk.at("/choices/0/delta/tool_calls").spliterator(), false))
                        .forEach(call -> {
                            int index = call.path("index").asInt();
                            names.merge(index, call.at("/function/name").asText(""), String::concat);
                            arguments.merge(
                                    index, call.at("/function/arguments").asText(""), String::concat);
                        });
            case "messages" ->
                ask(
                                "/v1/messages",
                                "{'model':'gpt-4','stream':true,'max_tokens':9,'messages':[{'role':'user','content':'hi'}]}")
                        .forEach(event -> {
                            int index = event.path("index").asInt();
                            names.merge(index, event.at("/content_block/name").asText(""), String::concat);
                            arguments.merge(
                                    index, event.at("/delta/partial_json").asText(""), String::concat);
                        });
            case "responses" ->
                ask("/v1/responses", "{'model':'gpt-4','stream':true,'input':'hi'}")
                        .filter(event -> event.path("type").asText().equals("response.output_item.done"))
                        .forEach(event -> {
                            int index = event.path("output_index").asInt();
                            names.put(index, event.at("/item/name").asText());
                            arguments.put(index, event.at("/item/arguments").asText());
                        });
            default ->
                ask(
                                "/v1beta/models/gpt-4:streamGenerateContent?alt=sse",
                                "{'contents':[{'role':'user','parts':[{'text':'hi'}]}]}")
                        .map(answer -> answer.at("/candidates/0/content/parts/0/functionCall"))
                        .filter(JsonNode::isObject)
                        .forEach(call -> {
                            names.put(names.size(), call.path("name").asText());
                            arguments.put(arguments.size(), call.path("args").toString());
                        });
        }
        Map<String, String> called = new TreeMap<>();
        names.forEach((index, name) -> called.put(name, arguments.get(index)));
        return called;
    }

    @Test
    void a_client_is_told_if_too_much_would_have_to_wait() {
        pieces = new String[9];
        Arrays.fill(pieces, "1 " + "x".repeat(1 << 20));
        String stream = answer(
                "/v1/messages",
                "{'model':'gpt-4','stream':true,'max_tokens':9,'messages':[{'role':'user','content':'hi'}]}");
        assertThat(stream)
                .contains("event: error", "more than 16 MiB", "a tool call that came earlier")
                .doesNotContain("message_stop");
    }

    @ParameterizedTest
    @CsvSource({
        "chat,in_turn", "messages,in_turn", "responses,in_turn", "gemini,in_turn",
        "chat,mixed", "messages,mixed", "responses,mixed", "gemini,mixed",
        "chat,early", "messages,early", "responses,early", "gemini,early",
    })
    void every_client_gets_both_calls_with_all_their_arguments(String language, String order) {
        pieces = Map.of("in_turn", IN_TURN, "mixed", MIXED, "early", EARLY).get(order);
        assertThat(called(language)).isEqualTo(Map.of("first", "{\"a\":1}", "second", "{\"b\":2}"));
    }
}
