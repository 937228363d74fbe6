package dev.loom.gateway.bench;

import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the benchmarks work on. */
public final class Samples {

    /** About 400 bytes. */
    static final String REQUEST =
            """
            {"model":"gpt-4","stream":%s,"max_tokens":64,"messages":[{"role":"system","content":"You are terse."},\
            {"role":"user","content":"%s"}]}""";

    static final String OPENAI_ANSWER =
            """
            {"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"gpt-4","choices":[{"index":0,\
            "message":{"role":"assistant","content":"The quick brown fox jumps over the lazy dog."},"logprobs":null,\
            "finish_reason":"stop"}],"usage":{"prompt_tokens":80,"completion_tokens":32,"total_tokens":112}}""";

    static final String ANTHROPIC_ANSWER =
            """
            {"id":"msg_1","type":"message","role":"assistant","model":"gpt-4","content":[{"type":"text","text":\
            "The quick brown fox jumps over the lazy dog."}],"stop_reason":"end_turn","stop_sequence":null,\
            "usage":{"input_tokens":80,"output_tokens":32}}""";

    static final String CHUNK =
            """
            {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4",\
            "choices":[{"index":0,"delta":{"content":" fox"},"logprobs":null,"finish_reason":null}]}""";

    private Samples() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] request(boolean stream) {
        return bytes(REQUEST.formatted(stream, "lorem ipsum dolor sit amet ".repeat(10)));
    }

    private static final String PROVIDER =
            """
            - name: p%1$d
              type: %2$s
              api_key: key
              models: [gpt-4, "model-%1$d*"]
              cost: {input_per_1k: 0.01, output_per_1k: 0.03}
              rate_limit: {requests_per_minute: 2000000000, concurrent_requests: 100000}
            """;

    /** So many providers of one model, in turn OpenAI's and Anthropic's, with limits that are never reached. */
    static GatewayConfig config(String strategy, int providers) {
        return config(strategy, providers, "");
    }

    /** @param more what stands beside the providers, indented by two */
    public static GatewayConfig config(String strategy, int providers, String more) {
        StringBuilder yaml = new StringBuilder("ai_gateway:\n  providers:\n");
        for (int i = 0; i < providers; i++) {
            yaml.append(PROVIDER.formatted(i, i % 2 == 0 ? "openai" : "anthropic").indent(4));
        }
        yaml.append("  routing:\n    strategy: ").append(strategy).append('\n');
        if (strategy.equals("model")) {
            yaml.append("    model_routes: {\"gpt-*\": p1, default: p0}\n");
        }
        return load(yaml.append(more).toString());
    }

    private static GatewayConfig load(String yaml) {
        try {
            Path file = Files.createTempFile("bench", ".yaml");
            file.toFile().deleteOnExit();
            return ConfigLoader.ofEnvironment()
                    .load(List.of("file:" + Files.writeString(file, yaml)))
                    .config();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
    }
}
