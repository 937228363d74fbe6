package dev.loom.gateway.routing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
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

    /**
     * The same strategy where it stands now, to be asked without consequences: it orders a request as this one would order
     * the next, and no counter moves. A strategy that keeps no count is that already.
     */
    default Strategy frozen() {
        return this;
    }

    /**
     * The numbers on which a candidate's place hangs, for people to read; the one that is compared is {@code value}.
     *
     * @param candidates as for {@link #order}
     */
    default ObjectNode figures(Candidate candidate, List<Candidate> candidates, RoutingRequest request) {
        return Json.object();
    }
}
