package dev.loom.gateway.bench;

import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.dialects.Dialects;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.SseParser;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** One event of a stream: cut out of the bytes; and cut out, understood and put into a chunk for the client. */
@State(Scope.Thread)
public class StreamBenchmark {

    private static final int EVENTS = 100;

    private final byte[] events = Samples.bytes(("data: " + Samples.CHUNK + "\n\n").repeat(EVENTS));
    private ChatRequest request;
    private Target target;

    @Setup
    public void prepare() throws Exception {
        request = ChatRequest.parse(Samples.request(true));
        target = new Target(Samples.config("priority", 1).providers().get(0), "gpt-4");
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void parse(Blackhole hole) throws UnreadableAnswer {
        feed(hole::consume);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void parseAndDecode(Blackhole hole) throws UnreadableAnswer {
        ChunkDecoder decoder = Dialects.of("openai").stream(request, target);
        ChunkSink sink = new BlackSink(hole);
        feed(event -> decoder.accept(event, sink));
    }

    private interface EventSink {
        void accept(ServerSentEvent event);
    }

    private void feed(EventSink sink) throws UnreadableAnswer {
        SseParser parser = new SseParser(new SseParser.Listener() {
            @Override
            public void event(ServerSentEvent event) {
                sink.accept(event);
            }

            @Override
            public void comment() {}
        });
        parser.feed(events, 0, events.length);
        parser.end();
    }

    private record BlackSink(Blackhole hole) implements ChunkSink {

        @Override
        public void chunk(byte[] data, boolean content) {
            hole.consume(data);
        }

        @Override
        public void keepAlive() {}

        @Override
        public void failed(Failure failure) {
            throw new IllegalStateException(failure.toString());
        }

        @Override
        public void done() {}
    }
}
