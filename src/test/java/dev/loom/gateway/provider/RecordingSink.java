package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a decoder reports, and fails the test if anything follows the end. */
public final class RecordingSink implements ChunkSink {

    public final List<String> chunks = new ArrayList<>();
    public final List<Boolean> content = new ArrayList<>();
    public int keepAlives;
    public boolean done;

    @Nullable
    public Failure failure;

    /** Runs a whole stream through parser and decoder, cut at the given positions. */
    public static RecordingSink of(ChunkDecoder decoder, byte[] stream, int... cuts) {
        RecordingSink sink = new RecordingSink();
        SseParser parser = new SseParser(new SseParser.Listener() {
            @Override
            public void event(ServerSentEvent event) {
                decoder.accept(event, sink);
            }

            @Override
            public void comment() {
                sink.keepAlives++;
            }
        });
        try {
            feed(parser, stream, cuts);
        } catch (UnreadableAnswer e) {
            throw new AssertionError(e);
        }
        decoder.end(sink);
        return sink;
    }

    /** Feeds a whole stream, cut at the given positions. */
    public static void feed(SseParser parser, byte[] stream, int... cuts) throws UnreadableAnswer {
        int from = 0;
        for (int cut : cuts) {
            parser.feed(stream, from, cut - from);
            from = cut;
        }
        parser.feed(stream, from, stream.length - from);
        parser.end();
    }

    public Outcome outcome() {
        return failure == null ? Outcome.SUCCESS : failure.outcome();
    }

    public String message() {
        return failure == null ? "" : failure.error().message();
    }

    @Override
    public void chunk(byte[] data, boolean carriesContent) {
        requireOpen();
        chunks.add(new String(data, UTF_8));
        content.add(carriesContent);
    }

    @Override
    public void keepAlive() {
        requireOpen();
        keepAlives++;
    }

    @Override
    public void failed(Failure reported) {
        requireOpen();
        failure = reported;
    }

    @Override
    public void done() {
        requireOpen();
        done = true;
    }

    private void requireOpen() {
        if (done || failure != null) {
            throw new AssertionError("The decoder went on after the end.");
        }
    }
}
