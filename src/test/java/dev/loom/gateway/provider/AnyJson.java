package dev.loom.gateway.provider;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Tuple;

/** JSON whose keys are those of answers and errors and whose values are anything, of the wrong kind too. */
public final class AnyJson implements ArbitrarySupplier<String> {

    private static final List<String> KEYS = List.of(
            "error",
            "message",
            "type",
            "code",
            "param",
            "details",
            "status",
            "retryDelay",
            "choices",
            "delta",
            "index",
            "tool_calls",
            "function",
            "name",
            "arguments",
            "id",
            "finish_reason",
            "usage",
            "prompt_tokens",
            "role",
            "completion_tokens",
            "content",
            "object",
            "created",
            "model",
            "logprobs",
            "prompt_tokens_details");

    private static final List<String> LEAVES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "429",
            "1.5",
            "1e400",
            "12345678901234567890",
            "\"\"",
            "\"x\"",
            "\"stop\"",
            "\"assistant\"",
            "{}",
            "[]",
            "\"chat.completion\"",
            "\"chat.completion.chunk\"",
            "\"call_1\"",
            "\"insufficient_quota\"");

    @Override
    public Arbitrary<String> get() {
        return json(4);
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
        return Arbitraries.maps(Arbitraries.of(KEYS), json(depth)).ofMaxSize(4).map(map -> map.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}")));
    }
}
