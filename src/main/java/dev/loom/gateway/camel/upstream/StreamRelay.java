package dev.loom.gateway.camel.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Memory;
import dev.loom.gateway.camel.port.Sse;
import dev.loom.gateway.camel.request.AnswerHeaders;
import dev.loom.gateway.camel.request.Call;
import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.config.TimeoutsConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.SseParser;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.UsageDetails;
import dev.loom.gateway.routing.Attempt;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes one stream on, event by event. Until the first content event nothing of it reaches the client, so that the request
 * can still go to another provider; with it the stream is committed, and a failure ends it with an error event. Long, because
 * it is one state machine, whose states share what has been sent.
 */
final class StreamRelay implements ChunkSink {

    private static final Logger LOG = LoggerFactory.getLogger(StreamRelay.class);

    /** Bytes of events without content that are held back at most; with more the stream is committed as it is. */
    private static final int LONGEST_PROLOGUE = 256 << 10;

    /** Bytes. What is shorter counts nowhere while it is read. */
    private static final int LARGE = 64 << 10;

    /** Bytes that are read at once, for which the room is there as long as the stream. An event has some hundred. */
    private static final int READ = 4 << 10;

    /** Bytes; an event may have begun in what was read before. */
    private static final int PARTIAL_EVENT = 256;

    /** For a TLS record on its way; what takes longer costs more than a new connection would. */
    private static final Duration LONGEST_END = Duration.ofMillis(250);

    private final Call call;
    private final Attempt attempt;
    private final TimeoutsConfig timeouts;
    private final InputStream upstream;
    private final Map<String, String> responseHeaders;
    private final ChunkDecoder decoder;
    private final Memory.Share share;
    private final StreamWriter writer;
    private final SseParser parser = new SseParser(new Events());
    private Buffer pending = Buffer.buffer();
    private final boolean passing;
    private boolean content;
    private boolean committed;
    private boolean done;
    private long chunks;
    private byte[] lastChunk = new byte[0];
    private int begun;
    private @Nullable Failure failure;

    /**
     * @param share in which large events count
     * @param responseHeaders that steps of the route have set for the client
     */
    StreamRelay(Call call, StreamReading stream, Memory.Share share, Map<String, String> responseHeaders) {
        this.call = call;
        this.attempt = call.attempt();
        this.upstream = stream.events();
        this.decoder = stream.decoder();
        this.share = share;
        this.writer = call.asked().stream(bytes -> pending.appendBytes(bytes));
        this.passing = call.passing().isOn();
        this.responseHeaders = responseHeaders;
        this.timeouts = attempt.target().timeouts();
    }

    /** A provider has shown a sign of life before its first content, which is awaited anew, if not for ever. */
    static void alive(Call call) {
        TimeoutsConfig timeouts = call.attempt().target().timeouts();
        Duration deadline = call.plan().remaining();
        call.upstream().timeoutAfter(timeouts.idle().compareTo(deadline) < 0 ? timeouts.idle() : deadline);
        if (call.upstream().becomesLate(timeouts.firstToken())) {
            LOG.warn(
                    "provider '{}' has sent signs of life and no content for longer than timeouts.first_token ({} s); the"
                            + " gateway waits as long as failover.deadline allows, {} s more",
                    call.attempt().candidate().provider(),
                    seconds(timeouts.firstToken()),
                    seconds(deadline));
        }
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1e3);
    }

    /** Returns when the client has the whole answer. */
    void run() throws Exception {
        try {
            readAll();
        } catch (UnreadableAnswer e) {
            failure = e.failure();
        } catch (Exception e) {
            failure = broken(e);
        }
        if (failure != null) {
            throw end(failure);
        }
        call.end();
        readEnd();
    }

    /** A connection can be used again once the end of its HTTP body is read, which may come after the last event. */
    private void readEnd() {
        call.upstream().timeoutAfter(LONGEST_END);
        try {
            upstream.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.debug("the connection is not used again", e);
        }
    }

    private void readAll() throws Exception {
        byte[] buffer = new byte[READ];
        while (!done && failure == null) {
            int count = upstream.read(buffer);
            if (count < 0) {
                parser.end();
                decoder.end(this);
            } else {
                makeRoom(count);
                parser.feed(buffer, 0, count);
                countBegun();
            }
            pass();
            if (!committed) {
                alive(call);
            }
        }
    }

    /** Most events leave as they came, so that this is all the room they take. */
    private void makeRoom(int bytes) {
        if (pending.length() == 0) {
            pending = Buffer.buffer(bytes + PARTIAL_EVENT);
        }
    }

    /** An event that has begun; its end may never come. */
    private void countBegun() throws UnreadableAnswer {
        int now = parser.begun() < LARGE ? 0 : 2 * parser.begun();
        if (now > begun && !share.take(now - begun)) {
            throw new UnreadableAnswer(UpstreamAnswer.NO_ROOM);
        }
        if (now < begun) {
            share.giveBack(begun - now);
        }
        begun = now;
    }

    /** What the parser finds goes through the decoder and comes back as chunks. */
    private final class Events implements SseParser.Listener {

        @Override
        public void event(ServerSentEvent event) {
            byte[] data = event.data();
            long bytes = data.length < LARGE
                    ? 0
                    : 2L * data.length + Json.excess(Json.marks(data, 0, data.length), data.length);
            if (share.take(bytes)) {
                decode(event);
                share.giveBack(bytes);
            } else {
                failed(UpstreamAnswer.NO_ROOM);
            }
        }

        private void decode(ServerSentEvent event) {
            int before = pending.length();
            if (passing) {
                if (!writer.passed(event.data())) {
                    append(event);
                }
                call.asked().passed(attempt.candidate().provider(), event.data());
            }
            decoder.accept(event, StreamRelay.this);
            if (passing && failure != null) {
                pending = pending.getBuffer(0, before); // the client is told in words that are surely harmless
            }
        }

        @Override
        public void comment() {
            keepAlive();
        }
    }

    /** The event as it came, but for its white space. */
    private void append(ServerSentEvent event) {
        if (event.name() != null) {
            pending.appendString("event: ").appendString(event.name()).appendString("\n");
        }
        for (String line : new String(event.data(), StandardCharsets.UTF_8).split("\n", -1)) {
            pending.appendString("data: ").appendString(line).appendString("\n");
        }
        pending.appendString("\n");
    }

    private void pass() throws InterruptedException, TimeoutException {
        if (!committed && failure == null && (content || done || pending.length() > LONGEST_PROLOGUE)) {
            commit();
        }
        if (done && failure == null) {
            // Before [DONE] goes out, at which many clients stop to read and ask again.
            attempt.completed(usage());
            call.close();
            String told = AnswerHeaders.atEnd(call);
            if (told != null && writer.contentType().startsWith("text/event-stream")) {
                pending.appendString(told);
            }
        }
        if (committed) {
            if (pending.length() > 0) {
                // A client that is slow to read is not the provider's silence.
                call.upstream().suspendTimeout();
                call.client().connection().write(pending, timeouts.idle().toNanos());
                pending = Buffer.buffer();
                call.client().said();
            }
            call.upstream().timeoutAfter(timeouts.idle());
        }
    }

    private void commit() {
        committed = true;
        attempt.committed();
        Map<String, String> headers = AnswerHeaders.of(call, writer.contentType());
        headers.putAll(Sse.headers());
        headers.put("Content-Type", writer.contentType());
        headers.putAll(responseHeaders);
        headers.putAll(AnswerHeaders.always(call));
        call.client().connection().startStream(headers);
    }

    /** Why reading or writing ended early; what happens before the commit is judged by the caller. */
    private Failure broken(Exception e) throws Exception {
        if (!committed) {
            throw e;
        }
        return BrokenOff.failure(call, e);
    }

    private Exception end(Failure broken) {
        if (!committed) {
            return Relay.failed(call, broken, believed(new Usage(0, 0, 0)));
        }
        if (call.client().hungUp()) {
            attempt.hungUp(usage());
            call.end();
            return RequestEnded.clientGone();
        }
        if (call.upstream().cancelled() == UpstreamCall.Reason.SHUTDOWN || broken.equals(UpstreamAnswer.NO_ROOM)) {
            attempt.released(usage());
        } else {
            attempt.broken(broken, usage());
        }
        pending = Buffer.buffer();
        writer.failed(broken.error(), call.id());
        call.end(pending.getBytes());
        return RequestEnded.streamBroken();
    }

    /** The provider's count, if it counts to the end; else that or what has been seen, whichever is more. */
    private Usage usage() {
        long bytes = decoder.contentBytes();
        long output = bytes == 0 ? chunks : Usage.tokens(bytes);
        Usage seen = new Usage(call.plan().request().inputTokens(), output, 0);
        Usage reported = believed(seen);
        if (reported == null) {
            return seen;
        }
        return done && decoder.isCounted() ? reported : reported.atLeast(seen);
    }

    private @Nullable Usage believed(Usage estimate) {
        Usage reported = decoder.usage();
        return reported == null ? null : attempt.candidate().traffic().believed(reported, estimate);
    }

    /** Of a count that cannot be true, or is only a beginning, no decoder tells the client. */
    private void tellUsage() {
        Usage reported = decoder.usage();
        boolean untold = reported != null && !(reported.isPlausible() && decoder.isCounted());
        boolean wanted = call.request() instanceof ChatRequest chat && chat.includeUsage();
        if (untold && wanted && Json.lenient(lastChunk) instanceof ObjectNode chunk) {
            chunk.putArray("choices");
            chunk(Json.bytes(chunk.set("usage", UsageDetails.of(usage()).toJson())), false);
        }
    }

    @Override
    public void chunk(byte[] data, boolean hasContent) {
        if (failure != null) {
            return;
        }
        if (!passing) {
            writer.chunk(data);
            lastChunk = data;
            failure = writer.unsayable();
        }
        call.sent(data);
        call.said(data);
        content |= hasContent;
        chunks += hasContent ? 1 : 0;
    }

    @Override
    public void keepAlive() {
        if (committed) {
            writer.keepAlive();
        }
    }

    @Override
    public void failed(Failure reported) {
        failure = reported;
    }

    @Override
    public void done() {
        if (failure != null) {
            return;
        }
        done = true;
        if (passing) {
            writer.allPassed();
        } else {
            tellUsage();
            writer.done();
        }
    }
}
