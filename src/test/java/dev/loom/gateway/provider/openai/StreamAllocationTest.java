package dev.loom.gateway.provider.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.SseParser;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one event of a stream costs in allocated memory, between the provider's bytes and the chunk for the client. */
class StreamAllocationTest {

    private static final int ROUNDS = 5;
    private static final int EVENTS = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final String CHUNK =
            """
            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4",\
            "choices":[{"index":0,"delta":{%s},"logprobs":null,"finish_reason":null}],"obfuscation":"%s"}

            """;

    /** An event's own bytes are about 190, and its record 24; to be raised only for a reason. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text      | 'content':'w%d'",
                "reasoning | 'content':null,'reasoning_content':'w%d'",
            })
    void an_event_costs_its_own_bytes_and_hardly_more(String what, String delta) {
        long perEvent = perEvent(delta.replace('\'', '"'));
        assertThat(perEvent).as("bytes for an event of " + what).isBetween(150L, 300L);
    }

    /** Of the cheapest round: compiling and class loading only add to one. */
    private static long perEvent(String delta) {
        byte[] stream = stream(delta);
        return IntStream.range(0, ROUNDS)
                .mapToLong(round -> {
                    long before = THREADS.getThreadAllocatedBytes(
                            Thread.currentThread().getId());
                    feed(stream);
                    return (THREADS.getThreadAllocatedBytes(
                                            Thread.currentThread().getId())
                                    - before)
                            / EVENTS;
                })
                .min()
                .orElseThrow();
    }

    private static byte[] stream(String delta) {
        StringBuilder stream = new StringBuilder(CHUNK.formatted("\"role\":\"assistant\",\"content\":\"\"", ""));
        for (int i = 1; i < EVENTS; i++) {
            stream.append(CHUNK.formatted(delta.formatted(i), "x".repeat(i % 16)));
        }
        return stream.toString().getBytes(UTF_8);
    }

    private static void feed(byte[] stream) {
        ChunkDecoder decoder = new OpenAi().stream(TestTargets.streaming(false), TestTargets.openAi("m"));
        CountingSink sink = new CountingSink();
        SseParser parser = new SseParser(new SseParser.Listener() {
            @Override
            public void event(ServerSentEvent event) {
                decoder.accept(event, sink);
            }

            @Override
            public void comment() {}
        });
        try {
            parser.feed(stream, 0, stream.length);
        } catch (UnreadableAnswer e) {
            throw new AssertionError(e);
        }
        assertThat(sink.chunks).isEqualTo(EVENTS);
    }

    private static final class CountingSink implements ChunkSink {
        int chunks;

        @Override
        public void chunk(byte[] data, boolean content) {
            chunks++;
        }

        @Override
        public void keepAlive() {}

        @Override
        public void failed(Failure failure) {
            throw new AssertionError(failure.toString());
        }

        @Override
        public void done() {}
    }
}
