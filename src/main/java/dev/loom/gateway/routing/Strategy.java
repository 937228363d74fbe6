package dev.loom.gateway.routing;

import java.util.List;

/**
 * Puts the candidates of one request into the order in which they are to be tried. Implementations change nothing but
 * a counter of their own, and are called by many threads at once. One of the user's own is a bean in the Camel
 * registry, named in the configuration as {@code strategy: "bean:myStrategy"}.
 */
@FunctionalInterface
public interface Strategy {

    /**
     * @param candidates in the order of the file, the unusable ones included; at least one
     * @return the same candidates, best first
     */
    List<Candidate> order(List<Candidate> candidates, RoutingRequest request);
}
