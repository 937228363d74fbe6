package dev.loom.gateway.routing.strategies;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.ModelRoutes;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.routing.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code strategy: model}: the provider that the model's route names; the others follow by priority, then as in the file. */
final class ByModel implements Strategy {

    private final ModelRoutes routes;

    ByModel(ModelRoutes routes) {
        this.routes = routes;
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        String routed = routes.providerFor(request.model());
        List<Candidate> order = new ArrayList<>(candidates);
        order.sort(Comparator.<Candidate, Boolean>comparing(
                        candidate -> !candidate.provider().equals(routed))
                .thenComparing(candidate -> candidate.traffic().config().priority()));
        return order;
    }

    @Override
    public ObjectNode figures(Candidate candidate, List<Candidate> candidates, RoutingRequest request) {
        return Json.object()
                .put("routed", candidate.provider().equals(routes.providerFor(request.model())))
                .put("route", routes.entryFor(request.model()))
                .put("priority", candidate.traffic().config().priority());
    }
}
