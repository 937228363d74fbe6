package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.traffic.Asked;
import java.util.ArrayList;
import java.util.List;

/**
 * What a request has asked for and does not know yet. The limits of the client's key, of its account and of the provider are
 * all asked before the first answer is waited for, so that a request waits for one round trip. Used by the request's thread.
 */
final class Awaited {

    private List<Check> checks = List.of();

    @FunctionalInterface
    private interface Check {
        void run() throws RequestEnded;
    }

    /** Looks at an answer. */
    @FunctionalInterface
    interface Look<T> {

        /** @throws RequestEnded if the answer is no */
        void at(T answer) throws RequestEnded;
    }

    /** @throws RequestEnded if the answer is known, and is no */
    <T> void add(Asked<T> asked, Look<T> look) throws RequestEnded {
        if (asked.isKnown()) {
            look.at(asked.get());
        } else {
            checks = checks.isEmpty() ? new ArrayList<>(2) : checks;
            checks.add(() -> look.at(asked.get()));
        }
    }

    /**
     * Waits for every answer that nobody has waited for. To be called before a provider is, and before the client gets an answer.
     *
     * @throws RequestEnded if one is no; again, if it is called again
     */
    void check() throws RequestEnded {
        for (Check check : checks) {
            check.run();
        }
        checks = List.of();
    }
}
