package dev.loom.gateway.traffic;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether a provider is well. With active checks only these decide; without them the status follows the traffic through
 * the breaker. Thread-safe: one immutable value in an atomic reference.
 */
public final class Health {

    /** Failed checks in a row that make a provider unhealthy: one may be bad luck. */
    private static final int FAILURES_IN_A_ROW = 2;

    /** As in {@code loom_ai_provider_health} and the admin API. */
    public enum Status {
        HEALTHY,
        UNHEALTHY,
        /** Nothing was heard of it yet; counts as usable. */
        UNKNOWN;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What {@code GET /ai/providers/{name}/health} says.
     *
     * @param latencyMs of the last check or answer
     * @param lastCheck time of the last check or, without checks, the last answer
     * @param error what was wrong with it, null if nothing
     */
    public record Snapshot(
            String name,
            Status status,
            @Nullable Long latencyMs,
            @Nullable Instant lastCheck,
            @Nullable String error) {}

    private record News(
            Status status,
            int failures,
            @Nullable Long latencyMs,
            @Nullable Instant lastCheck,
            @Nullable String error) {}

    private static final News NONE = new News(Status.UNKNOWN, 0, null, null, null);

    private final String name;
    private final boolean active;
    private final ConsecutiveFailureBreaker breaker;
    private final TimeSource time;
    private final Runnable onRecovery;
    private final AtomicReference<News> latest = new AtomicReference<>(NONE);

    /**
     * @param active whether {@code health_check} is enabled
     * @param onRecovery called when a check turns an unhealthy provider healthy
     */
    public Health(
            String name, boolean active, ConsecutiveFailureBreaker breaker, TimeSource time, Runnable onRecovery) {
        this.name = name;
        this.active = active;
        this.breaker = breaker;
        this.time = time;
        this.onRecovery = onRecovery;
    }

    /** A check was answered with 2xx. */
    public void checkSucceeded(Duration latency) {
        News before = replace(old -> news(Status.HEALTHY, 0, latency, null));
        if (before.status == Status.UNHEALTHY) {
            onRecovery.run();
        }
    }

    /** A check was answered with anything but 2xx and 429, or not at all. */
    public void checkFailed(Duration latency, String error) {
        replace(old -> {
            int failures = old.failures + 1;
            return news(failures >= FAILURES_IN_A_ROW ? Status.UNHEALTHY : old.status, failures, latency, error);
        });
    }

    /** A check was answered with 429, which says nothing about the provider's health. */
    public void checkRateLimited(Duration latency, String error) {
        replace(old -> news(old.status, old.failures, latency, error));
    }

    /**
     * An attempt came to its end; counts without active checks only. Whether a failure makes the provider unhealthy is the
     * breaker's to say.
     *
     * @param error null for a success
     */
    public void answered(Duration latency, @Nullable String error) {
        if (!active) {
            replace(old -> news(error == null ? Status.HEALTHY : old.status, 0, latency, error));
        }
    }

    private News news(Status status, int failures, Duration latency, @Nullable String error) {
        return new News(status, failures, latency.toMillis(), time.instant(), error);
    }

    private News news() {
        return Objects.requireNonNull(latest.get());
    }

    private News replace(UnaryOperator<News> change) {
        return Objects.requireNonNull(latest.getAndUpdate(change));
    }

    public Status status() {
        return status(news());
    }

    private Status status(News news) {
        State state = breaker.getState();
        boolean open = !active && (state == State.OPEN || state == State.FORCED_OPEN);
        return open ? Status.UNHEALTHY : news.status;
    }

    /** False only for a provider whose checks fail: whether an open breaker lets a probe through is its own affair. */
    public boolean usable() {
        return news().status != Status.UNHEALTHY;
    }

    public Snapshot snapshot() {
        News news = news();
        return new Snapshot(name, status(news), news.latencyMs, news.lastCheck, news.error);
    }
}
