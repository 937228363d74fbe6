package dev.loom.gateway.traffic;

import dev.loom.gateway.config.FailoverConfig.Breaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;

/** A breaker's settings in resilience4j's words, as far as these go: they have none for the success threshold. */
final class BreakerConfig {

    /** resilience4j refuses less. */
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);

    private BreakerConfig() {}

    static CircuitBreakerConfig of(Breaker settings) {
        Duration timeout = settings.timeout();
        return CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(settings.failureThreshold())
                .minimumNumberOfCalls(settings.failureThreshold())
                .failureRateThreshold(100)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitDurationInOpenState(timeout.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : timeout)
                .maxWaitDurationInHalfOpenState(BreakerState.PROBE_LAPSE)
                .writableStackTraceEnabled(false)
                .build();
    }
}
