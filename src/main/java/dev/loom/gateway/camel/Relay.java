package dev.loom.gateway.camel;

import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.routing.Attempt;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * {@code loomRelay}: reads the provider's answer, judges it and passes it on. Stands inside the circuit breaker's block,
 * because the provider's connection is open only there. A whole answer becomes the message's body, a {@link Reply}; a
 * stream is written to the client as it arrives, and leaves no body.
 */
final class Relay implements Processor {

    /** Bytes. More than any model writes; what is longer is not an answer. */
    private static final int LONGEST_ANSWER = 64 << 20;

    private static final int LONGEST_ERROR = 1 << 20;

    @Override
    public void process(Exchange exchange) throws Exception {
        Call call = Call.of(exchange);
        Message message = exchange.getMessage();
        try (Answer answer = new Answer(call.upstream(), message)) {
            Reply reply = read(call, answer);
            message.removeHeaders("*");
            message.setBody(reply);
        } catch (IOException e) {
            throw AttemptBroken.judge(call, e);
        }
    }

    private static @Nullable Reply read(Call call, Answer answer) throws Exception {
        if (answer.status() / 100 != 2) {
            throw failed(call, classify(call, answer));
        }
        if (!call.request().stream()) {
            return whole(call, answer);
        }
        if (!answer.isEventStream()) {
            throw failed(call, Failure.transientFailure("The provider did not answer with a stream"));
        }
        new StreamRelay(call, answer.body()).run();
        return null;
    }

    private static Reply whole(Call call, Answer answer) throws Exception {
        Attempt attempt = call.attempt();
        Target target = attempt.candidate().target();
        Dialect dialect = call.gateway().dialect(target);
        byte[] body = answer.read(LONGEST_ANSWER);
        try {
            Completion completion = dialect.decode(body, call.request(), target);
            attempt.committed();
            attempt.completed(completion.usage());
            return new Reply(200, AnswerHeaders.of(call, "application/json"), completion.body());
        } catch (UnreadableAnswer e) {
            throw failed(call, Failure.transientFailure("The provider's answer cannot be read: " + e.getMessage()));
        }
    }

    private static Failure classify(Call call, Answer answer) throws IOException {
        Target target = call.attempt().candidate().target();
        return call.gateway()
                .dialect(target)
                .classify(
                        answer.status(),
                        answer::header,
                        answer.read(LONGEST_ERROR),
                        call.gateway().time().instant());
    }

    /** Reports a failure before the commit. @return what leaves the block: on to the next candidate, or to the client */
    static Exception failed(Call call, Failure failure) {
        // Where the client gets this very failure, the plan knows it and ends the request at the next step.
        call.attempt().failed(failure);
        return new AttemptFailed(failure);
    }

    /** What camel-http made of the provider's answer. Closing it cuts the connection unless it was read to its end. */
    private static final class Answer implements AutoCloseable {

        private final UpstreamCall upstream;
        private final Message message;
        private final int status;
        private final InputStream body;

        Answer(UpstreamCall upstream, Message message) {
            this.upstream = upstream;
            this.message = message;
            this.status = (Integer) message.getHeader(Exchange.HTTP_RESPONSE_CODE);
            this.body = message.getBody() instanceof InputStream stream ? stream : InputStream.nullInputStream();
        }

        int status() {
            return status;
        }

        InputStream body() {
            return body;
        }

        @Nullable
        String header(String name) {
            Object value = message.getHeader(name);
            return value == null ? null : value.toString();
        }

        boolean isEventStream() {
            String type = header(Exchange.CONTENT_TYPE);
            return type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
        }

        byte[] read(int limit) throws IOException {
            byte[] bytes = body.readNBytes(limit);
            if (bytes.length == limit) {
                throw new IOException("The answer is longer than " + limit + " bytes");
            }
            return bytes;
        }

        @Override
        public void close() {
            upstream.cancel(UpstreamCall.Reason.DONE);
            upstream.finish();
        }
    }
}
