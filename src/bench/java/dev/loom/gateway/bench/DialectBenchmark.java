package dev.loom.gateway.bench;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.dialects.Dialects;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UpstreamRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A small request read and put into a provider's words, and the answer put back into OpenAI's. */
@State(Scope.Thread)
public class DialectBenchmark {

    @Param({"openai", "anthropic"})
    String type = "openai";

    private final byte[] body = Samples.request(false);
    private byte[] answer;
    private Dialect dialect;
    private Target target;
    private ChatRequest request;

    @Setup
    public void prepare() throws Exception {
        ProviderConfig provider = Samples.config("priority", 2).providers().stream()
                .filter(each -> each.type().equals(type))
                .findFirst()
                .orElseThrow();
        answer = Samples.bytes(type.equals("openai") ? Samples.OPENAI_ANSWER : Samples.ANTHROPIC_ANSWER);
        dialect = Dialects.of(type);
        target = new Target(provider, "gpt-4");
        request = ChatRequest.parse(body);
    }

    @Benchmark
    public UpstreamRequest parseAndEncode() throws Exception {
        return dialect.encode(ChatRequest.parse(body), target);
    }

    @Benchmark
    public Completion decode() throws Exception {
        return dialect.decode(answer, request, target);
    }
}
