package dev.loom.gateway.traffic;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;

/** The switches that an operator has on a circuit breaker, brought down to one. */
interface SwitchableBreaker extends CircuitBreaker {

    /** Puts the breaker into a state; into open for the time that the configuration says. */
    void transitionTo(State next);

    @Override
    default void transitionToClosedState() {
        transitionTo(State.CLOSED);
    }

    @Override
    default void transitionToHalfOpenState() {
        transitionTo(State.HALF_OPEN);
    }

    @Override
    default void transitionToDisabledState() {
        transitionTo(State.DISABLED);
    }

    @Override
    default void transitionToMetricsOnlyState() {
        transitionTo(State.METRICS_ONLY);
    }

    @Override
    default void transitionToForcedOpenState() {
        transitionTo(State.FORCED_OPEN);
    }
}
