package dev.loom.gateway.routing;

import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import org.jspecify.annotations.Nullable;

/** Is told what happens, so that it can be counted. Called by many threads. */
public interface RoutingObserver {

    RoutingObserver NONE = new RoutingObserver() {};

    /** {@code from} was called or skipped, and now {@code to} is called. */
    default void failedOver(String from, String to, String reason) {}

    /** A provider's own limit refused a request before it was sent. */
    default void limited(String provider, String limit) {}

    /**
     * An attempt is over.
     *
     * @param usage null where nothing is known of the tokens
     * @param seconds from the call to the last byte
     */
    default void ended(Candidate candidate, Outcome outcome, @Nullable Usage usage, double costUsd, double seconds) {}

    /** The first content of a stream has arrived. */
    default void firstToken(Candidate candidate, double seconds) {}
}
