package dev.loom.gateway.camel.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.observe.History;
import dev.loom.gateway.camel.observe.ProviderViews;
import dev.loom.gateway.camel.observe.RecentRequests;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.camel.port.StatusPage;
import dev.loom.gateway.camel.port.Stopping;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.camel.request.SendReply;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.ProviderTraffic;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The processors behind {@code admin}, {@code operate}, {@code page} and {@code probes.camel.yaml}. */
public final class Admin {

    private final Supplier<Gateway> gateway;
    private final Stopping stopping;
    private final RecentRequests recent;
    private final History history;
    private final FleetView fleet;

    public Admin(Supplier<Gateway> gateway, Stopping stopping, RecentRequests recent, History history) {
        this.gateway = gateway;
        this.stopping = stopping;
        this.recent = recent;
        this.history = history;
        this.fleet = new FleetView(gateway);
    }

    /** {@code loomAdminProviders} */
    public Processor providers() {
        return exchange -> answer(
                exchange, 200, scoped(ProviderViews.list(gateway.get().traffic().values())));
    }

    /** {@code loomAdminProviderHealth} */
    public Processor providerHealth() {
        return ofProvider(provider -> scoped(ProviderViews.health(provider)));
    }

    /** {@code loomAdminProvider} */
    public Processor provider() {
        return ofProvider(provider -> scoped(ProviderViews.summary(provider)));
    }

    /** {@code loomAdminProviderStats} */
    public Processor providerStats() {
        return ofProvider(provider -> scoped(ProviderViews.stats(provider), "limits", "cooldown_until"));
    }

    private ObjectNode scoped(ObjectNode view, String... common) {
        return Scope.on(view, gateway.get(), common);
    }

    /** {@code loomAdminDrain}: no new request goes to the provider until it is resumed. */
    public Processor drain() {
        return fleet.acting(this, true, ProviderTraffic::drain);
    }

    /** {@code loomAdminResume} */
    public Processor resume() {
        return fleet.acting(this, false, ProviderTraffic::resume);
    }

    /** {@code loomAdminReset}: what the provider was left alone for counts as over. */
    public Processor reset() {
        return acting(ProviderTraffic::reset);
    }

    /** {@code loomAdminResetBreaker} */
    public Processor resetBreaker() {
        return acting(provider -> provider.breaker().reset());
    }

    /** {@code loomAdminConfig}: the configuration as it is in force, secrets as {@code ***}. */
    public Processor config() {
        return exchange ->
                answer(exchange, 200, Json.MAPPER.valueToTree(gateway.get().effective()));
    }

    /** {@code loomAdminRequests}: the last requests that have ended, and who is drained now. */
    public Processor requests() {
        return exchange -> answer(
                exchange,
                200,
                scoped(ProviderViews.requests(
                        recent.newestFirst(), gateway.get().traffic().values())));
    }

    /** {@code loomAdminHistory}: the providers' counts of the last hour. */
    public Processor history() {
        return exchange ->
                answer(exchange, 200, scoped(history.toJson(gateway.get().time().instant())));
    }

    /** {@code loomAdminPage}: the status page. */
    public Processor page() {
        return exchange -> SendReply.send(exchange, StatusPage.reply(200));
    }

    /** {@code loomAdminFleet}: the instances that count together. */
    public Processor fleet() {
        return fleet.instances();
    }

    Processor acting(Consumer<ProviderTraffic> action) {
        return ofProvider(provider -> {
            action.accept(provider);
            return acted(provider);
        });
    }

    /** What an operator is told of a provider after doing something to it. */
    ObjectNode acted(ProviderTraffic provider) {
        ObjectNode summary = ProviderViews.summary(provider).put("drained", provider.drained());
        Fleet.Status status = gateway.get().fleet().status();
        return status.shared()
                ? scoped(
                        summary.put("drained_by_fleet", status.drained().contains(provider.name())), "drained_by_fleet")
                : summary;
    }

    /** {@code loomAdminLive} */
    public Processor live() {
        return exchange -> answer(exchange, 200, Json.object().put("status", "up"));
    }

    /** {@code loomAdminReady}: 503 from the first moment of a stop. */
    public Processor ready() {
        return exchange -> answer(
                exchange,
                stopping.begun() ? 503 : 200,
                Json.object().put("status", stopping.begun() ? "stopping" : "ready"));
    }

    private Processor ofProvider(Function<ProviderTraffic, ObjectNode> view) {
        return exchange -> ofProvider(exchange, provider -> answer(exchange, 200, view.apply(provider)));
    }

    /** 404 where there is no such provider. */
    void ofProvider(Exchange exchange, Consumer<ProviderTraffic> known) {
        String name = (String) exchange.getMessage().getHeader("name");
        ProviderTraffic provider = gateway.get().traffic().get(name);
        if (provider == null) {
            answer(exchange, 404, unknown(name));
        } else {
            known.accept(provider);
        }
    }

    private ObjectNode unknown(String name) {
        ApiError error = ApiError.invalidRequest(
                "There is no provider '" + Printable.of(name) + "'; there are: "
                        + String.join(", ", gateway.get().traffic().keySet()),
                "name",
                "unknown_provider");
        return Json.object().set("error", error.toJson());
    }

    static void answer(Exchange exchange, int status, ObjectNode body) {
        Passage passage = Passage.of(exchange);
        HttpServerResponse response = passage.response();
        response.setStatusCode(status)
                .putHeader("x-request-id", passage.id())
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store");
        response.end(Buffer.buffer(Json.plainBytes(body)));
    }
}
