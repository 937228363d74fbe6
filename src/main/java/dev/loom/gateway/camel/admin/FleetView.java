package dev.loom.gateway.camel.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.observe.ProviderViews;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** {@code loomAdminFleet}, and what an operator may do for all instances at once. */
final class FleetView {

    private static final String FLEET = "fleet";

    private final Supplier<Gateway> gateway;

    FleetView(Supplier<Gateway> gateway) {
        this.gateway = gateway;
    }

    /** The instances, and whether they count together. */
    Processor instances() {
        return exchange ->
                Admin.answer(exchange, 200, json(gateway.get().fleet().status()));
    }

    static ObjectNode json(Fleet.Status status) {
        ObjectNode json = Json.object().put("self", status.self());
        json.putObject("state")
                .put("type", status.shared() ? "redis" : "memory")
                .put("available", status.available())
                .put("problem", status.problem())
                .put("since", ProviderViews.iso(status.changed()));
        ArrayNode instances = json.putArray("instances");
        status.instances().forEach(instance -> instances
                .addObject()
                .put("name", instance.name())
                .put("version", instance.version())
                .put("config", instance.digest())
                .put("since", ProviderViews.iso(instance.since()))
                .put("last_heartbeat", ProviderViews.iso(instance.beat())));
        status.drained().stream().sorted().forEach(json.putArray("drained")::add);
        return json;
    }

    /**
     * An action on one provider: here alone, or with {@code ?scope=fleet} in all instances.
     *
     * @param drained what all instances are told; null for an action that is this instance's alone
     */
    Processor acting(Admin admin, @Nullable Boolean drained, Consumer<ProviderTraffic> here) {
        return exchange -> {
            String scope = Passage.of(exchange).request().getParam("scope");
            if (scope == null || scope.equals("instance")) {
                admin.acting(here).process(exchange);
            } else if (drained == null || !scope.equals(FLEET)) {
                refuse(exchange, 400, "scope is " + (drained == null ? "instance" : "instance or fleet") + " here");
            } else if (!gateway.get().fleet().status().shared()) {
                refuse(
                        exchange,
                        400,
                        "state.type is memory: this instance shares nothing with others; leave scope out");
            } else {
                admin.ofProvider(exchange, provider -> everywhere(exchange, admin, provider, drained, here));
            }
        };
    }

    private void everywhere(
            Exchange exchange, Admin admin, ProviderTraffic provider, boolean drained, Consumer<ProviderTraffic> here) {
        try {
            gateway.get().fleet().drain(provider.name(), drained);
        } catch (Fleet.Unreachable e) {
            ApiError error = ApiError.server(String.valueOf(e.getMessage()), "state_unavailable");
            Admin.answer(exchange, 503, Json.object().set("error", error.toJson()));
            return;
        }
        if (!drained) {
            here.accept(provider);
        }
        Admin.answer(exchange, 200, admin.acted(provider));
    }

    private static void refuse(Exchange exchange, int status, String message) {
        ApiError error = ApiError.invalidRequest(message, "scope", "invalid_scope");
        Admin.answer(exchange, status, Json.object().set("error", error.toJson()));
    }
}
