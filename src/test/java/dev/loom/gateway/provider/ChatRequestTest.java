package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestTest {

    private static ChatRequest parse(String json) throws InvalidRequest {
        return ChatRequest.parse(json.getBytes(UTF_8));
    }

    private static String with(String json, String key, String value) throws InvalidRequest {
        return new String(parse(json).with(Map.of(key, value)), UTF_8);
    }

    private static void refused(byte[] body, @Nullable String param, String message) {
        assertThatThrownBy(() -> ChatRequest.parse(body)).isInstanceOfSatisfying(InvalidRequest.class, e -> {
            assertThat(e.error().message()).startsWith(message);
            assertThat(e.error().param()).isEqualTo(param);
            assertThat(e.error().type()).isEqualTo("invalid_request_error");
        });
    }

    @Test
    void what_routing_needs_is_read_in_one_pass() throws Exception {
        ChatRequest request = parse("{\"stream\":true,\"messages\":[{\"role\":\"user\"}],\"max_tokens\":5,"
                + "\"stream_options\":{\"x\":[1],\"include_usage\":true},\"model\":\"gpt\\u002d4\"}");
        assertThat(request.model()).isEqualTo("gpt-4");
        assertThat(request.stream()).isTrue();
        assertThat(request.includeUsage()).isTrue();
        assertThat(request.maxTokens()).isEqualTo(5);
        assertThat(request.promptBytes()).isEqualTo("[{\"role\":\"user\"}]".length());
    }

    @Test
    void the_newer_name_of_max_tokens_counts_first() throws Exception {
        String head = "{\"model\":\"m\",\"messages\":[{}],";
        assertThat(parse(head + "\"max_completion_tokens\":7,\"max_tokens\":5}").maxTokens())
                .isEqualTo(7);
        assertThat(parse(head + "\"max_completion_tokens\":null,\"max_tokens\":5}")
                        .maxTokens())
                .isEqualTo(5);
        assertThat(parse(head + "\"max_tokens\":null}").maxTokens()).isNull();
    }

    @Test
    void every_byte_but_the_replaced_value_stays() throws Exception {
        String json =
                " {\n\t\"messages\" : [ {\"content\":\"ü 😀 \\u00fc }\"} ] ,\r\n \"model\"\t:  \"m\\\"\"  , \"n\" : 1.0e0 } \n";
        assertThat(with(json, "model", "\"x\"")).isEqualTo(json.replace("\"m\\\"\"", "\"x\""));
        assertThat(with(json, "n", "2")).isEqualTo(json.replace("1.0e0", "2"));
        assertThat(with(json, "seed", "3")).isEqualTo(json.replace("1.0e0 }", "1.0e0 ,\"seed\":3}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-1.5e3",
                "true",
                "false",
                "null",
                "\"s\"",
                "\"\"",
                "[]",
                "[1,[2]]",
                "{}",
                "{\"model\":1}",
                "12345678901234567890"
            })
    void a_value_at_the_end_is_replaced_whole(String value) throws Exception {
        String head = "{\"model\":\"m\",\"messages\":[{}],\"last\":";
        assertThat(with(head + value + "}", "last", "0")).isEqualTo(head + "0}");
        assertThat(with(head + value + " }", "last", "0")).isEqualTo(head + "0 }");
    }

    @Test
    void several_values_are_replaced_whatever_the_order_they_are_given_in() throws Exception {
        ChatRequest request = parse("{\"model\":\"m\",\"n\":1,\"messages\":[{\"model\":\"inner\"}],\"stream\":false}");
        byte[] body = request.with(Map.of("stream", "true", "model", "\"longer\"", "n", "22"));
        assertThat(new String(body, UTF_8))
                .isEqualTo("{\"model\":\"longer\",\"n\":22,\"messages\":[{\"model\":\"inner\"}],\"stream\":true}");
    }

    @Test
    void a_byte_order_mark_does_not_shift_the_splice() throws Exception {
        String json = "\uFEFF{\"model\":\"m\",\"messages\":[{}]}";
        assertThat(with(json, "model", "\"x\"")).isEqualTo(json.replace("\"m\"", "\"x\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"messages\":[{}]} | model | You must provide a model parameter.",
                "{\"model\":7,\"messages\":[{}]} | model | 'model' must be a string.",
                "{\"model\":\" \",\"messages\":[{}]} | model | 'model' must not be empty.",
                "{\"model\":\"m\"} | messages | Missing required parameter: 'messages'.",
                "{\"model\":\"m\",\"messages\":{}} | messages | 'messages' must be an array.",
                "{\"model\":\"m\",\"messages\":[]} | messages | 'messages' must have at least one entry.",
                "{\"model\":\"m\",\"messages\":[{},\"x\"]} | messages[1] | 'messages[1]' must be an object.",
                "{\"model\":\"m\",\"messages\":[{}],\"stream\":\"yes\"} | stream | 'stream' must be true or false.",
                "{\"model\":\"m\",\"messages\":[{}],\"stream_options\":1} | stream_options | 'stream_options' must be an object.",
                "{\"model\":\"m\",\"messages\":[{}],\"stream_options\":{\"include_usage\":1}} | stream_options.include_usage | 'stream_options.include_usage' must be true or false.",
                "{\"model\":\"m\",\"messages\":[{}],\"max_tokens\":-1} | max_tokens | 'max_tokens' must be a whole number",
                "{\"model\":\"m\",\"messages\":[{}],\"max_tokens\":1.5} | max_tokens | 'max_tokens' must be a whole number",
                "{\"model\":\"m\",\"messages\":[{}],\"max_tokens\":99999999999999999999} | max_tokens | 'max_tokens' must be a whole number",
            })
    void errors_name_the_field(String body, String param, String message) {
        refused(body.getBytes(UTF_8), param, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"model\":\"m\",\"messages\":[{}]",
                "{\"model\":\"m\",\"messages\":[{}],}",
                "nope",
                "{\"model\":\"m\",\"model\":\"n\",\"messages\":[{}]}",
                "{\"model\":\"m\",\"messages\":[{\"a\":1,\"a\":2}]}",
                "{\"model\":\"m\",\"messages\":[{}]} {}",
                "{\"model\":\"m\",\"messages\":[{}],\"x\":NaN}",
                "[]",
                "7"
            })
    void what_is_not_one_json_object_is_refused(String body) {
        refused(body.getBytes(UTF_8), null, "The request body ");
    }

    @Test
    void other_encodings_are_refused() {
        String json = "{\"model\":\"m\",\"messages\":[{}]}";
        refused(json.getBytes(StandardCharsets.UTF_16LE), null, "The request body must be UTF-8.");
        refused(json.getBytes(StandardCharsets.UTF_16BE), null, "The request body must be UTF-8.");
        refused(
                json.replace("m\"", "ü\"").getBytes(StandardCharsets.ISO_8859_1),
                null,
                "The request body is not valid JSON");
        refused(json.getBytes(StandardCharsets.UTF_16), null, "The request body ");
    }

    @Test
    void deep_nesting_is_refused_and_not_a_crash() {
        String deep = "{\"model\":\"m\",\"messages\":[{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}]}";
        refused(deep.getBytes(UTF_8), null, "The request body is not valid JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\": \"m\",\n \"messages\": [",
                "{\"model\": \"m\",\n \"messages\": }",
                "{\"model\": \"m\",\n \"model\": 1}",
                "{\"model\": \"m\",\n \"messages"
            })
    void what_is_broken_is_told_with_its_place_and_nothing_of_the_parsers_own(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        List<ThrowingCallable> readers = List.of(
                () -> ChatRequest.parse(bytes),
                () -> EmbeddingsRequest.parse(bytes),
                () -> Value.body(bytes, Value.Notation.DOTS));
        assertThat(readers).allSatisfy(reader -> assertThatThrownBy(reader)
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(", at line: 2, column: ")
                .hasMessageNotContainingAny("Source", "REDACTED", "StreamReadFeature", "\n"));
    }

    @Test
    void the_time_of_arrival_is_kept() throws Exception {
        byte[] body = "{\"model\":\"m\",\"messages\":[{}]}".getBytes(UTF_8);
        assertThat(ChatRequest.parse(body, TestTargets.RECEIVED).created()).isEqualTo(1_790_000_000L);
        assertThat(ChatRequest.parse(body).created()).isZero();
    }

    @Property(tries = 100)
    void a_spliced_body_is_the_edited_tree(
            @ForAll @StringLength(max = 20) String text,
            @ForAll(supplier = AnyJson.class) String extra,
            @ForAll long seed)
            throws Exception {
        String quoted = Json.MAPPER.writeValueAsString(text.isBlank() ? "m" : text);
        List<String> fields = new ArrayList<>(List.of(
                "\"model\" : " + quoted,
                "\"messages\":[{\"content\":" + quoted + "}]",
                "\"extra\":" + extra,
                "\"user\": " + quoted));
        Collections.shuffle(fields, new Random(seed));
        ChatRequest request = parse("{ " + String.join(" ,", fields) + "}");
        byte[] spliced = request.with(Map.of("model", "\"new\"", "extra", "[1]", "added", "null"));
        assertThat(Json.MAPPER.readTree(spliced))
                .isEqualTo(edited(request.tree().deepCopy()));
    }

    private static ObjectNode edited(ObjectNode tree) {
        tree.set("extra", Json.array().add(1));
        return tree.put("model", "new").putNull("added");
    }

    @Property
    void no_bytes_make_it_throw_anything_else(@ForAll byte[] bytes) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("{\"model\":".getBytes(UTF_8));
        body.writeBytes(bytes);
        for (byte[] candidate : List.of(bytes, body.toByteArray())) {
            try {
                ChatRequest.parse(candidate);
            } catch (InvalidRequest e) {
                assertThat(e.error().message()).isNotBlank();
            }
        }
    }
}
