package dev.loom.gateway.camel.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.observe.ProviderViews;
import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.Explanation;
import dev.loom.gateway.routing.Explanation.State;
import dev.loom.gateway.routing.Explanation.Verdict;
import dev.loom.gateway.routing.FinalError;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.traffic.CoolDown;
import dev.loom.gateway.traffic.Headroom;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of {@code POST /ai/route/explain}; every key is in {@code docs/operations.md}. */
final class ExplainView {

    private final RoutingConfig routing;
    private final Explanation explanation;
    private final RoutingRequest request;
    private final ApiRequest asked;
    private final List<String> order;

    private ExplainView(RoutingConfig routing, Explanation explanation, ApiRequest asked) {
        this.routing = routing;
        this.asked = asked;
        this.explanation = explanation;
        this.request = explanation.request();
        this.order = explanation.order().stream().map(Candidate::provider).toList();
    }

    static ObjectNode of(RoutingConfig routing, Explanation explanation, ApiRequest asked) {
        return new ExplainView(routing, explanation, asked).whole();
    }

    private ObjectNode whole() {
        ObjectNode json = Json.object()
                .put("model", request.model())
                .put("stream", request.stream())
                .put("strategy", routing.strategy());
        json.set("order", Json.MAPPER.valueToTree(order));
        json.set("first", first(explanation.first()));
        json.set("error", error(explanation.error()));
        json.set("fallback", fallback(explanation.fallback()));
        ArrayNode providers = json.putArray("providers");
        explanation.verdicts().forEach(verdict -> providers.add(provider(verdict)));
        return json;
    }

    private JsonNode first(@Nullable Candidate first) {
        return first == null
                ? Json.MAPPER.nullNode()
                : Json.object()
                        .put("provider", first.provider())
                        .put("model", first.model())
                        .put("reserved_tokens", first.tokens(request))
                        .put("expected_cost_usd", first.expectedUsd(request));
    }

    private static JsonNode error(@Nullable FinalError error) {
        return error == null ? Json.MAPPER.nullNode() : error.error().toJson().put("status", error.status());
    }

    private JsonNode fallback(@Nullable Candidate fallback) {
        RoutingConfig.Fallback settings = routing.fallback();
        return fallback == null || settings == null
                ? Json.MAPPER.nullNode()
                : Json.object()
                        .put("provider", fallback.provider())
                        .put("model", fallback.model())
                        .put("on_error", settings.onError())
                        .put("on_rate_limit", settings.onRateLimit());
    }

    private ObjectNode provider(Verdict verdict) {
        State state = verdict.state();
        String name = verdict.provider().name();
        ObjectNode json = Json.object()
                .put("name", name)
                .put("type", verdict.provider().type())
                .put("enabled", state != null)
                .put("routed", verdict.routed())
                .put("eligible", verdict.eligible())
                .put("by", verdict.by())
                .put("entry", verdict.entry())
                .put(
                        "model",
                        verdict.by() == null || state == null
                                ? null
                                : state.candidate().model())
                .put("position", verdict.eligible() ? (Integer) (order.indexOf(name) + 1) : null)
                .put(
                        "skipped",
                        state == null || state.skipped() == null
                                ? null
                                : state.skipped().label());
        json.set("score", verdict.score());
        json.set(
                "request",
                state == null ? null : RequestView.of(asked, state.candidate().target()));
        json.set("expected", state == null ? null : expected(state.candidate()));
        json.set("checks", state == null ? null : checks(state));
        return json;
    }

    private ObjectNode expected(Candidate candidate) {
        return Json.object()
                .put("input_tokens", request.inputTokens())
                .put("output_tokens", candidate.outputTokens(request))
                .put("cost_usd", candidate.expectedUsd(request));
    }

    private ObjectNode checks(State state) {
        ProviderTraffic traffic = state.traffic();
        ObjectNode json = Json.object().put("drained", state.drained());
        json.putObject("health")
                .put("status", traffic.health().status().label())
                .put("usable", traffic.health().usable());
        json.putObject("circuit_breaker")
                .put("state", ProviderViews.breakerState(traffic))
                .put("admits", traffic.breaker().admits())
                .put("retry_in_ms", traffic.breaker().retryIn().toMillis());
        json.set("cooldown", coolDown(traffic.coolDown()));
        json.set("headroom", headroom(traffic.headroom(), state.low()));
        json.set("limits", limits(state));
        Limits.Refusal refusal = state.refusal();
        json.put("limits_retry_in_ms", refusal == null ? 0 : refusal.retryIn().toMillis());
        return json.put(
                "unsupported",
                state.unsupported() == null ? null : state.unsupported().message());
    }

    private static ObjectNode coolDown(CoolDown coolDown) {
        Instant until = coolDown.until();
        Outcome reason = coolDown.reason();
        return Json.object()
                .put(
                        "until",
                        until == null
                                ? null
                                : until.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("reason", reason == null ? null : reason.label());
    }

    private static ObjectNode headroom(Headroom headroom, boolean low) {
        return Json.object()
                .put("low", low)
                .put("exhausted", headroom.exhausted())
                .put("resets_in_ms", headroom.untilReset().toMillis());
    }

    /** Of a request that is larger than the whole bucket the bucket is needed. */
    private ObjectNode limits(State state) {
        ObjectNode json = Json.object();
        long tokens = state.candidate().tokens(request);
        state.traffic().limits().levels().forEach((name, level) -> {
            long needed = name.equals("tokens_per_minute") ? Math.min(tokens, level.limit()) : 1;
            json.putObject(name)
                    .put("limit", level.limit())
                    .put("needed", needed)
                    .put("available", level.remaining())
                    .put("passes", level.remaining() >= needed);
        });
        return json;
    }
}
