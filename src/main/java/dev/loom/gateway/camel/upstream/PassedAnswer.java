package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.request.AnswerHeaders;
import dev.loom.gateway.camel.request.Call;
import dev.loom.gateway.camel.request.ResponseHeaders;
import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.routing.Attempt;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request that passes, whatever it is. JSON is read, for the tokens and the ids in it, and becomes a reply
 * like any other; all else goes to the client part by part, as it comes.
 */
final class PassedAnswer {

    /** Bytes that are read at once; with JSON of more than a megabyte nobody reads what it says. */
    private static final int PART = 64 << 10;

    private static final long LONGEST_JSON = 1 << 20;

    private static final List<String> KEPT = List.of("Content-Type", "Content-Disposition");

    /** Of a stream of events. */
    private static final List<String> EVENT_ENDS = List.of("\n\n", "\r\r", "\r\n\r\n");

    /** Bytes of the longest of them. */
    private static final int END = 4;

    private final Call call;
    private final UpstreamAnswer answer;
    private final Attempt attempt;
    private String last = "";

    PassedAnswer(Call call, UpstreamAnswer answer) {
        this.call = call;
        this.answer = answer;
        this.attempt = call.attempt();
    }

    /** @return null where the answer has gone out */
    @Nullable
    Reply relay() throws Exception {
        call.passing().headers(PassedHeaders.of(answer.headers()));
        if (isShortJson()) {
            return whole();
        }
        stream();
        return null;
    }

    private boolean isShortJson() {
        String type = answer.header("Content-Type");
        String length = answer.header("Content-Length");
        boolean json = type == null || type.startsWith("application/json");
        return json && (length == null || Long.parseLong(length) <= LONGEST_JSON);
    }

    private Reply whole() throws Exception {
        Target target = attempt.target();
        try {
            byte[] body = answer.read(Relay.LONGEST_ANSWER);
            Completion completion = call.request().decode(body, call.dialect(), target);
            attempt.committed();
            boolean counted = completion.usage() != null;
            attempt.completed(counted ? WholeReading.counted(call, completion).usage() : null);
            call.asked().passed(attempt.candidate().provider(), body);
            return new Reply(answer.status(), headers(), body);
        } catch (UnreadableAnswer e) {
            throw Relay.failed(call, e.failure());
        }
    }

    private Map<String, String> headers() {
        Map<String, String> headers = AnswerHeaders.of(call, "application/json");
        for (String name : KEPT) {
            String value = answer.header(name);
            if (value != null && PassedHeaders.canBeSent(value)) {
                headers.put(name, value);
            }
        }
        return headers;
    }

    private void stream() throws Exception {
        byte[] part = new byte[PART];
        int count = answer.body().read(part);
        attempt.committed();
        Map<String, String> headers = headers();
        headers.putAll(ResponseHeaders.of(call.steps().kept()));
        headers.putAll(AnswerHeaders.always(call));
        call.client().connection().startStream(headers);
        Duration idle = attempt.target().timeouts().idle();
        try {
            for (; count >= 0; count = answer.body().read(part)) {
                call.upstream().suspendTimeout();
                last = last(part, count);
                call.client().connection().write(Buffer.buffer(count).appendBytes(part, 0, count), idle.toNanos());
                call.upstream().timeoutAfter(idle);
            }
        } catch (Exception e) {
            throw broken(BrokenOff.failure(call, e), headers);
        }
        attempt.completed(null);
        call.end();
    }

    /** The end of what has gone out, as much of it as tells whether an event ends there. */
    private String last(byte[] part, int count) {
        String now =
                last + new String(part, Math.max(0, count - END), Math.min(count, END), StandardCharsets.ISO_8859_1);
        return now.substring(Math.max(0, now.length() - END));
    }

    /**
     * What has begun cannot be taken back: the client of a stream of events gets an error as the last of them, any other
     * sees a connection that ends too early. So does who has half an event, which an end would make a whole one.
     */
    private RequestEnded broken(Failure failure, Map<String, String> headers) {
        if (call.client().hungUp()) {
            attempt.hungUp(null);
        } else if (call.upstream().cancelled() == UpstreamCall.Reason.SHUTDOWN) {
            attempt.released();
        } else {
            attempt.broken(failure, null);
        }
        if (!call.client().hungUp() && isBetweenEvents(headers)) {
            Buffer event = Buffer.buffer();
            call.asked().stream(event::appendBytes).failed(failure.error(), call.id());
            call.end(event.getBytes());
        } else {
            call.cut();
        }
        return RequestEnded.streamBroken();
    }

    private boolean isBetweenEvents(Map<String, String> headers) {
        return headers.getOrDefault("Content-Type", "").startsWith("text/event-stream")
                && EVENT_ENDS.stream().anyMatch(last::endsWith);
    }
}
