package dev.loom.gateway.provider;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Tuple;

/** JSON whose keys are those of Gemini's answers and whose values are anything, of the wrong kind too. */
final class GeminiJson implements ArbitrarySupplier<String> {

    private static final List<String> KEYS = List.of(
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
            "{}",
            "[]",
            "\"2026-01-01T00:00:00Z\"",
            "\"+999999999-01-01T00:00:00Z\"");

    @Override
    public Arbitrary<String> get() {
        Arbitrary<String> free = json(5);
        Arbitrary<String> shaped = free.map(
                part -> "{\"candidates\":[{\"content\":{\"parts\":[" + part + "]}," + "\"finishReason\":\"STOP\"}]}");
        return Arbitraries.oneOf(free, shaped);
    }

    private static Arbitrary<String> json(int depth) {
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

    private static Arbitrary<String> object(int depth) {
        return Arbitraries.maps(Arbitraries.of(KEYS), json(depth)).ofMaxSize(6).map(map -> map.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}")));
    }
}
