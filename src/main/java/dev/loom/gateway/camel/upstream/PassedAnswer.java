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
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
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

    private final Call call;
    private final UpstreamAnswer answer;
    private final Attempt attempt;

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
            attempt.completed(attempt.candidate().traffic().believed(completion.usage()));
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
                call.client().connection().write(Buffer.buffer(count).appendBytes(part, 0, count), idle.toNanos());
                call.upstream().timeoutAfter(idle);
            }
        } catch (IOException | TimeoutException e) {
            throw broken(e);
        }
        attempt.completed(null);
        call.end();
    }

    /** What has begun cannot be taken back: the client sees a connection that ends too early. */
    private RequestEnded broken(Exception e) {
        boolean left = call.client().hungUp() || e instanceof TimeoutException;
        if (left) {
            attempt.hungUp(null);
        } else if (call.upstream().cancelled() == UpstreamCall.Reason.SHUTDOWN) {
            attempt.released();
        } else {
            attempt.broken(Failure.transientFailure("The connection to the provider broke"), null);
        }
        call.close();
        call.client().connection().cut();
        return RequestEnded.clientGone();
    }
}
