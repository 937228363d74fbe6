package dev.loom.gateway.camel.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.accounts.Limit;
import dev.loom.gateway.accounts.Standing;
import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.provider.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The JSON of the usage API; every key is in {@code docs/accounts.md}. */
final class UsageViews {

    private UsageViews() {}

    /** @param rows one for each model of each provider */
    static ObjectNode usage(
            @Nullable String key, String window, UsageQuery query, List<UsageRow> rows, List<Standing> standings) {
        ObjectNode json = Json.object().put("key", key).put("window", window).put("from", from(query));
        json.set("usage", sum(rows));
        json.set("limits", limits(standings));
        json.set("by_provider", grouped(rows, UsageRow::provider));
        json.set("by_model", grouped(rows, UsageRow::model));
        return json;
    }

    /** Where the window begins, or what is kept of it. */
    private static String from(UsageQuery query) {
        return Instant.ofEpochSecond(query.from()).toString();
    }

    private static ObjectNode grouped(List<UsageRow> rows, Function<UsageRow, String> by) {
        ObjectNode json = Json.object();
        rows.stream()
                .collect(Collectors.groupingBy(by, TreeMap::new, Collectors.toList()))
                .forEach((name, some) -> json.set(name, sum(some)));
        return json;
    }

    private static ObjectNode sum(List<UsageRow> rows) {
        long cost = rows.stream().mapToLong(UsageRow::cost).sum();
        long input = rows.stream().mapToLong(UsageRow::input).sum();
        long output = rows.stream().mapToLong(UsageRow::output).sum();
        return Json.object()
                .put("input_tokens", input)
                .put("output_tokens", output)
                .put("total_tokens", input + output)
                .put("cached_tokens", rows.stream().mapToLong(UsageRow::cached).sum())
                .put(
                        "reasoning_tokens",
                        rows.stream().mapToLong(UsageRow::reasoning).sum())
                .put("cost_usd", cost / Limit.NANO)
                .put("requests", rows.stream().mapToLong(UsageRow::requests).sum());
    }

    private static ObjectNode limits(List<Standing> standings) {
        ObjectNode json = Json.object();
        OptionalLong tokens = least(standings, Limit.Kind.TOKENS);
        OptionalLong cost = least(standings, Limit.Kind.COST);
        json.put("tokens_remaining", tokens.isPresent() ? (Long) tokens.getAsLong() : null);
        json.put("cost_remaining", cost.isPresent() ? (Double) (cost.getAsLong() / Limit.NANO) : null);
        ArrayNode each = json.putArray("each");
        standings.stream().filter(Standing::isLimited).forEach(standing -> each.add(limit(standing)));
        return json;
    }

    private static ObjectNode limit(Standing standing) {
        Limit limit = standing.limit();
        return Json.object()
                .put("name", limit.name())
                .put("of", limit.kind() == Limit.Kind.TOKENS ? "tokens" : "cost_usd")
                .put("used", limit.figure(standing.used()))
                .put("limit", limit.figure(standing.most()))
                .put("remaining", limit.figure(standing.remaining()))
                .put("reset_seconds", standing.reset().plusMillis(999).toSeconds());
    }

    private static OptionalLong least(List<Standing> standings, Limit.Kind kind) {
        return standings.stream()
                .filter(standing -> standing.isLimited() && standing.limit().kind() == kind)
                .mapToLong(Standing::remaining)
                .min();
    }

    /** @param rows one for each account, in the order in which they are shown */
    static ObjectNode top(String window, UsageQuery query, List<UsageRow> rows, Map<String, List<Standing>> standings) {
        ObjectNode json = Json.object().put("window", window).put("from", from(query));
        ArrayNode accounts = json.putArray("accounts");
        for (UsageRow row : rows) {
            ObjectNode account = accounts.addObject().put("key", row.account());
            account.set("usage", sum(List.of(row)));
            account.set("limits", limits(standings.getOrDefault(row.account(), List.of())));
        }
        return json;
    }

    /** @param rows one for each step that has any, in their order */
    static ObjectNode series(
            @Nullable String key, String window, UsageQuery query, Duration step, List<UsageRow> rows) {
        ObjectNode json = Json.object()
                .put("key", key)
                .put("window", window)
                .put("from", from(query))
                .put("step_seconds", step.toSeconds());
        ArrayNode series = json.putArray("series");
        for (UsageRow row : rows) {
            ObjectNode point = series.addObject()
                    .put("time", Instant.ofEpochSecond(row.at()).toString());
            point.set("usage", sum(List.of(row)));
        }
        return json;
    }
}
