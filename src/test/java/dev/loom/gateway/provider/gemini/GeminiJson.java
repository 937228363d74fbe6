package dev.loom.gateway.provider.gemini;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** JSON whose keys are those of Gemini's answers, or of requests, and whose values are anything, of the wrong kind too. */
final class GeminiJson implements ArbitrarySupplier<String> {

    static final List<String> ANSWER = List.of(
            "candidates",
            "content",
            "parts",
            "text",
            "thought",
            "thoughtSignature",
            "functionCall",
            "name",
            "args",
            "id",
            "finishReason",
            "finishMessage",
            "index",
            "promptFeedback",
            "blockReason",
            "blockReasonMessage",
            "usageMetadata",
            "promptTokenCount",
            "candidatesTokenCount",
            "cachedContentTokenCount",
            "responseId",
            "modelVersion",
            "createTime",
            "logprobsResult",
            "chosenCandidates",
            "topCandidates",
            "error");

    static final List<String> REQUEST = List.of(
            "content",
            "type",
            "text",
            "image_url",
            "url",
            "input_audio",
            "file",
            "file_data",
            "tool_calls",
            "tool_call_id",
            "id",
            "function",
            "name",
            "arguments",
            "parameters",
            "extra_content",
            "json_schema",
            "schema",
            "allowed_tools",
            "tools",
            "mode",
            "properties",
            "anyOf",
            "allOf",
            "enum",
            "items",
            "$ref");

    private static final List<String> LEAVES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "429",
            "1e400",
            "12345678901234567890",
            "\"\"",
            "\"x\"",
            "\"STOP\"",
            "\"SAFETY\"",
            "\"user\"",
            "\"assistant\"",
            "\"function\"",
            "\"json_schema\"",
            "\"data:image/png;base64,AA\"",
            "\"#/items\"",
            "{}",
            "[]",
            "\"2026-01-01T00:00:00Z\"",
            "\"+999999999-01-01T00:00:00Z\"");

    private final List<String> keys;

    GeminiJson(List<String> keys) {
        this.keys = keys;
    }

    @Override
    public Arbitrary<String> get() {
        Arbitrary<String> free = json(4);
        Arbitrary<String> shaped = free.map(
                part -> "{\"candidates\":[{\"content\":{\"parts\":[" + part + "]}," + "\"finishReason\":\"STOP\"}]}");
        return Arbitraries.oneOf(free, shaped);
    }

    private Arbitrary<String> json(int depth) {
        Arbitrary<String> leaf = Arbitraries.of(LEAVES);
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<String> object = Arbitraries.lazy(() -> object(depth - 1));
        Arbitrary<String> array = Arbitraries.lazy(() -> json(depth - 1))
                .list()
                .ofMaxSize(3)
                .map(items -> "[" + String.join(",", items) + "]");
        return Arbitraries.frequencyOf(Tuple.of(2, leaf), Tuple.of(4, object), Tuple.of(2, array));
    }

    private Arbitrary<String> object(int depth) {
        return Arbitraries.maps(Arbitraries.of(keys), json(depth)).ofMaxSize(6).map(map -> map.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}")));
    }

    /** A message of a known role with anything else in it. */
    static Arbitrary<String> message() {
        Arbitrary<String> members = new GeminiJson(REQUEST).object(3);
        return Combinators.combine(Arbitraries.of("system", "user", "assistant", "tool"), members)
                .as((role, object) ->
                        "{\"role\":\"" + role + "\"" + (object.equals("{}") ? "" : ",") + object.substring(1));
    }

    /** An event as Gemini means it. */
    static Arbitrary<String> event() {
        Arbitrary<String> part = Arbitraries.of(
                "{\"text\":\"Grüße \"}",
                "{\"text\":\"\"}",
                "{\"text\":\"hm\",\"thought\":true}",
                "{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}},\"thoughtSignature\":\"c2ln\"}",
                "{\"functionCall\":{\"name\":\"g\"}}",
                "{\"inlineData\":{}}");
        Arbitrary<String> parts = part.list().ofMaxSize(3).map(list -> "{\"parts\":[" + String.join(",", list) + "]}");
        Arbitrary<String> end = Arbitraries.of("", "", "STOP", "MAX_TOKENS", "SAFETY", "NEW_WORD");
        Arbitrary<String> candidate = Combinators.combine(Arbitraries.of(0, 0, 1), parts, end)
                .as((index, content, word) -> "{\"index\":" + index + ",\"content\":" + content
                        + (word.isEmpty() ? "" : ",\"finishReason\":\"" + word + "\"") + "}");
        Arbitrary<String> more = Arbitraries.of(
                "",
                "",
                ",\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2}",
                ",\"promptFeedback\":{\"blockReason\":\"SAFETY\"}",
                ",\"responseId\":\"r\"");
        return Combinators.combine(candidate.list().ofMaxSize(2), more)
                .as((candidates, rest) -> "{\"candidates\":[" + String.join(",", candidates) + "]" + rest + "}");
    }
}
