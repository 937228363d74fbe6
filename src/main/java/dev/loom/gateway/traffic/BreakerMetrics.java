package dev.loom.gateway.traffic;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;

/**
 * A breaker's figures in resilience4j's words: the failures in a row are the failed calls, the probes in a row that
 * succeeded the successful ones. Nothing is ever slow, because a long stream is no fault.
 *
 * @param notPermitted calls refused since the start
 * @param threshold failures in a row that make a failure rate of 100 %
 */
record BreakerMetrics(int failures, int successes, long notPermitted, int threshold) implements Metrics {

    @Override
    public float getFailureRate() {
        return Math.min(100f, 100f * failures / threshold);
    }

    @Override
    public int getNumberOfBufferedCalls() {
        return failures + successes;
    }

    @Override
    public int getNumberOfFailedCalls() {
        return failures;
    }

    @Override
    public int getNumberOfSuccessfulCalls() {
        return successes;
    }

    @Override
    public long getNumberOfNotPermittedCalls() {
        return notPermitted;
    }

    @Override
    public float getSlowCallRate() {
        return 0;
    }

    @Override
    public int getNumberOfSlowCalls() {
        return 0;
    }

    @Override
    public int getNumberOfSlowSuccessfulCalls() {
        return 0;
    }

    @Override
    public int getNumberOfSlowFailedCalls() {
        return 0;
    }
}
