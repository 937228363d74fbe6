package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.AttemptFailed;
import dev.loom.gateway.camel.observe.AttemptLog;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.port.Turns;
import dev.loom.gateway.camel.request.AnswerHeaders;
import dev.loom.gateway.camel.request.Call;
import dev.loom.gateway.camel.request.ResponseHeaders;
import dev.loom.gateway.camel.request.StepError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.PassedRequest;
import dev.loom.gateway.provider.Refusal;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.errors.RateLimitHeaders;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.traffic.CoolDown;
import dev.loom.gateway.traffic.Headroom;
import java.io.IOException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * {@code loomRelay}: reads the provider's answer, judges it and passes it on. Stands inside the circuit breaker's block,
 * because the provider's connection is open only there. A whole answer becomes the message's body, a {@link Reply}; a
 * stream is written to the client as it arrives, and leaves no body.
 */
public final class Relay implements Processor {

    /** Bytes. More than any model writes; what is longer is not an answer. */
    public static final int LONGEST_ANSWER = 64 << 20;

    private static final int LONGEST_ERROR = 1 << 20;

    @Override
    public void process(Exchange exchange) throws Exception {
        Call call = Call.of(exchange);
        Message message = exchange.getMessage();
        call.steps().keep(message);
        call.attempt().calling(); // also where a step of another kind stands in the place of http
        if (call.steps().isInnerAnswer(message.getBody())) {
            message.setBody(call.steps().between());
        }
        try (UpstreamAnswer answer = new UpstreamAnswer(call.upstream(), message, call.memory())) {
            observeLimits(call, answer);
            Reply reply = read(call, answer);
            message.removeHeaders("*");
            call.steps().kept().forEach(message::setHeader);
            message.setBody(reply);
            if (reply != null) {
                call.steps().answer(reply);
            }
        } catch (IOException e) {
            throw AttemptBroken.judge(call, e);
        } catch (UpstreamAnswer.Spoilt e) {
            call.attempt().released(spent(call, message));
            throw StepError.noAnswer(exchange, String.valueOf(e.getMessage()));
        }
    }

    /** What the answer has cost that a step has spoilt; null where nobody knows. Of a stream only what a step has read is seen. */
    private static @Nullable Usage spent(Call call, Message message) {
        Object between = call.steps().between();
        boolean stream = call.request().stream();
        message.setBody(stream && between instanceof ReadTwice twice ? twice.begun() : between);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        try (UpstreamAnswer answer = new UpstreamAnswer(call.upstream(), message, call.memory())) {
            byte[] body = answer.read(LONGEST_ANSWER);
            return WholeReading.counted(
                            call,
                            WholeReading.of(
                                    body,
                                    call.request(),
                                    call.dialect(),
                                    call.attempt().target()))
                    .usage();
        } catch (IOException | UnreadableAnswer | RuntimeException e) {
            return null;
        }
    }

    /** What the provider says of its limits steers requests away before it has to refuse one. */
    private static void observeLimits(Call call, UpstreamAnswer answer) {
        Headroom headroom = call.attempt().candidate().traffic().headroom();
        for (RateLimitHeaders.Limit limit :
                RateLimitHeaders.parse(answer::header, call.gateway().time().instant())) {
            Long whole = limit.limit();
            Long remaining = limit.remaining();
            if (whole != null && remaining != null && remaining >= 0) {
                Duration resetIn = limit.resetIn() != null ? limit.resetIn() : CoolDown.RATE_LIMITED;
                headroom.observe(limit.name(), remaining, whole, resetIn);
            }
        }
    }

    private static @Nullable Reply read(Call call, UpstreamAnswer answer) throws Exception {
        if (!answer.succeeded()) {
            throw refused(call, answer);
        }
        requireReadable(call, answer);
        if (call.passing().isOn()) {
            call.passing().headers(PassedHeaders.of(answer.headers()));
        }
        if (call.request() instanceof PassedRequest) {
            return new PassedAnswer(call, answer).relay();
        }
        if (!(call.request() instanceof ChatRequest chat && chat.stream())) {
            return whole(call, answer);
        }
        new StreamRelay(
                        call,
                        stream(call, chat, answer),
                        answer.share(),
                        ResponseHeaders.of(call.steps().kept()))
                .run();
        return null;
    }

    /** Else the client would be told that the answer is no JSON, and nobody why. */
    private static void requireReadable(Call call, UpstreamAnswer answer) throws AttemptFailed {
        String encoding = answer.foreignEncoding();
        if (encoding != null) {
            throw failed(
                    call,
                    Failure.transientFailure(
                            "The provider's answer is compressed with '" + encoding + "', which was not asked for."));
        }
    }

    private static StreamReading stream(Call call, ChatRequest chat, UpstreamAnswer answer) throws Exception {
        Target target = call.attempt().target();
        Dialect dialect = call.dialect();
        StreamRelay.alive(call); // with the headers
        if (answer.isEventStream(() -> StreamRelay.alive(call))) {
            return StreamReading.ofEvents(answer.body(), chat, dialect, target);
        }
        try {
            call.passing().by(null); // no events to be passed
            byte[] body = answer.read(LONGEST_ANSWER);
            return StreamReading.ofJson(body, chat, dialect, target);
        } catch (UnreadableAnswer e) {
            throw failed(call, e.failure());
        }
    }

    private static Reply whole(Call call, UpstreamAnswer answer) throws Exception {
        Attempt attempt = call.attempt();
        Target target = attempt.target();
        Dialect dialect = call.dialect();
        try {
            byte[] body = answer.read(LONGEST_ANSWER);
            if (call.passing().isOn() && WholeReading.isEvents(body)) {
                throw new UnreadableAnswer(
                        "The provider sent a stream in place of the whole answer that was asked for.");
            }
            Completion completion = completion(call, body, dialect, target);
            call.passing().answer(call.passing().isOn() ? body : null);
            if (call.passing().isOn()) {
                call.asked().passed(attempt.candidate().provider(), body);
            }
            call.said(completion.body());
            attempt.committed();
            attempt.completed(completion.usage());
            return new Reply(200, AnswerHeaders.of(call, "application/json"), completion.body());
        } catch (UnreadableAnswer e) {
            throw failed(call, e.failure());
        }
    }

    private static Completion completion(Call call, byte[] body, Dialect dialect, Target target)
            throws UnreadableAnswer {
        Turns.Turn turn = call.turn(body.length);
        try {
            return WholeReading.counted(call, WholeReading.of(body, call.request(), dialect, target));
        } finally {
            turn.release();
        }
    }

    private static AttemptFailed refused(Call call, UpstreamAnswer answer) throws IOException {
        Target target = call.attempt().target();
        byte[] body = error(answer);
        Dialect dialect = call.gateway().dialect(target);
        Failure failure = dialect.classify(
                answer.status(), answer::header, body, call.gateway().time().instant());
        Refusal refusal = dialect.refusal(answer.status(), body, call.request(), target);
        return refusal == null ? failed(call, failure) : repeated(call, failure, refusal);
    }

    /** Where there is no room for what the provider says, its status has to do. */
    private static byte[] error(UpstreamAnswer answer) throws IOException {
        try {
            return answer.read(LONGEST_ERROR);
        } catch (UnreadableAnswer e) {
            return new byte[0];
        }
    }

    /** The same provider is asked once more without what it refuses, and for good if it refuses that always. */
    private static AttemptFailed repeated(Call call, Failure failure, Refusal refusal) {
        Candidate candidate = call.attempt().candidate();
        boolean news = !refusal.lasting() || candidate.traffic().refuses(refusal.part());
        if (news) {
            AttemptLog.repeated(candidate.provider(), refusal);
        }
        call.attempt().repeat(refusal.part());
        return new AttemptFailed(failure);
    }

    /** Reports a failure before the commit. @return what leaves the block: on to the next candidate, or to the client */
    static AttemptFailed failed(Call call, Failure failure) {
        return failed(call, failure, null);
    }

    /** @param reported by the provider before it failed; null where it said nothing */
    static AttemptFailed failed(Call call, Failure failure, @Nullable Usage reported) {
        AttemptLog.failed(call.attempt().candidate().provider(), failure);
        return judged(call, failure, reported);
    }

    /**
     * No connection could be made.
     *
     * @param address where to, which only the log may say
     */
    static AttemptFailed unreached(Call call, Failure failure, String address) {
        AttemptLog.unreached(call.attempt().candidate().provider(), failure, address);
        return judged(call, failure, null);
    }

    /** Where the client gets this very failure, the plan knows it and ends the request at the next step. */
    private static AttemptFailed judged(Call call, Failure failure, @Nullable Usage reported) {
        if (failure.equals(UpstreamAnswer.NO_ROOM)) {
            call.attempt().failedWithoutBlame(failure);
        } else {
            call.attempt().failed(failure, reported);
        }
        return new AttemptFailed(failure);
    }
}
