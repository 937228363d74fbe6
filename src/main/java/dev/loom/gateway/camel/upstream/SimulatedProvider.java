package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.config.SimulatorConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.simulator.SimulatedAnswer;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A provider that is simulated: what it answers, how fast, and when it fails instead. Which requests fail depends on the
 * seed alone.
 */
public final class SimulatedProvider {

    private final String name;
    private final SimulatorConfig settings;
    private final TimeSource time;
    private final SplittableRandom random;
    private final AtomicLong answers = new AtomicLong();

    public SimulatedProvider(String name, SimulatorConfig settings, TimeSource time) {
        this.name = name;
        this.settings = settings;
        this.time = time;
        this.random = new SplittableRandom(settings.seed());
    }

    /**
     * Waits for the first byte.
     *
     * @param closed ends the wait, with an exception, when the call is cancelled
     */
    public void delay(CountDownLatch closed) throws IOException {
        SimulatedStream.pause(closed, settings.latency().toNanos());
    }

    /** The answer to a request whose turn it is to fail. */
    public Optional<Reply> failure() {
        return fails() ? Optional.of(refusal()) : Optional.empty();
    }

    private boolean fails() {
        synchronized (random) {
            return random.nextDouble() < settings.failureRate();
        }
    }

    private Reply refusal() {
        boolean limited = settings.failureStatus() == 429;
        ApiError error = new ApiError(
                "Simulated failure of provider '" + name + "'",
                limited ? "requests" : "server_error",
                null,
                limited ? "rate_limit_exceeded" : "simulated");
        Reply reply = Reply.error(settings.failureStatus(), error);
        return settings.retryAfter() == null
                ? reply
                : reply.with(
                        "Retry-After",
                        Long.toString(Math.max(1, settings.retryAfter().toSeconds())));
    }

    public SimulatedAnswer answer(ChatRequest request) {
        return new SimulatedAnswer(
                name, request, answers.incrementAndGet(), time.instant().getEpochSecond());
    }

    /** The body of an answer that is not streamed, after as long as its tokens take. */
    public byte[] whole(SimulatedAnswer answer, CountDownLatch closed) throws IOException {
        SimulatedStream.pause(closed, nanosPerToken() * answer.tokens());
        return answer.completion();
    }

    public SimulatedStream stream(SimulatedAnswer answer, CountDownLatch closed) {
        return new SimulatedStream(answer.events(), nanosPerToken(), settings.breakAfterTokens(), closed);
    }

    private long nanosPerToken() {
        return (long) (TimeUnit.SECONDS.toNanos(1) / settings.tokensPerSecond());
    }
}
