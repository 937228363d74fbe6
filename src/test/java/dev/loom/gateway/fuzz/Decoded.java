package dev.loom.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.SseParser;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.List;

/**
 * What a provider's stream came to: nothing follows its end, which it has.
 *
 * @param chunks in the hub's words
 * @param done whether it ended as a whole answer does
 */
record Decoded(List<String> chunks, boolean done, Outcome outcome) {

    /** @param piece bytes that come at once */
    static Decoded of(ChunkDecoder decoder, byte[] stream, int piece) {
        RecordingSink sink = new RecordingSink();
        SseParser parser = new SseParser(new SseParser.Listener() {
            @Override
            public void event(ServerSentEvent event) {
                if (!sink.done && sink.failure == null) {
                    decoder.accept(event, sink);
                }
            }

            @Override
            public void comment() {}
        });
        try {
            for (int from = 0; from < stream.length; from += piece) {
                parser.feed(stream, from, Math.min(piece, stream.length - from));
            }
            parser.end();
            if (!sink.done && sink.failure == null) {
                decoder.end(sink);
            }
        } catch (UnreadableAnswer e) {
            return new Decoded(List.copyOf(sink.chunks), false, e.failure().outcome());
        }
        assertThat(sink.done || sink.failure != null).as("it has an end").isTrue();
        assertThat(decoder.contentBytes()).isNotNegative();
        return new Decoded(List.copyOf(sink.chunks), sink.done, sink.outcome());
    }
}
