package dev.loom.gateway.camel.observe;

import dev.loom.gateway.accounts.Limit;
import dev.loom.gateway.accounts.UsageRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Usage as the steps of a route see it: a list of maps, with the keys of the usage API. */
final class UsageMaps {

    private UsageMaps() {}

    static List<Map<String, Object>> of(List<UsageRow> rows) {
        List<Map<String, Object>> maps = new ArrayList<>(rows.size());
        for (UsageRow row : rows) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("time", Instant.ofEpochSecond(row.at()).toString());
            map.put("key", row.account());
            map.put("provider", row.provider());
            map.put("model", row.model());
            map.put("requests", row.requests());
            map.put("input_tokens", row.input());
            map.put("output_tokens", row.output());
            map.put("cached_tokens", row.cached());
            map.put("reasoning_tokens", row.reasoning());
            map.put("cost_usd", row.costUsd());
            maps.add(map);
        }
        return maps;
    }

    /** @throws IllegalArgumentException if a step has left something else */
    static List<UsageRow> rows(@Nullable Object body) {
        if (!(body instanceof List<?> maps)) {
            throw new IllegalArgumentException("The body of the step loomUsageStore must be a list of maps");
        }
        List<UsageRow> rows = new ArrayList<>(maps.size());
        for (Object item : maps) {
            if (!(item instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("The body of the step loomUsageStore must be a list of maps");
            }
            rows.add(row(map));
        }
        return rows;
    }

    private static UsageRow row(Map<?, ?> map) {
        return new UsageRow(
                Instant.parse(text(map, "time")).getEpochSecond() / 60 * 60,
                text(map, "key"),
                text(map, "provider"),
                text(map, "model"),
                number(map, "requests").longValue(),
                number(map, "input_tokens").longValue(),
                number(map, "output_tokens").longValue(),
                number(map, "cached_tokens").longValue(),
                number(map, "reasoning_tokens").longValue(),
                Limit.nano(number(map, "cost_usd").doubleValue()));
    }

    private static String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            throw new IllegalArgumentException("The step loomUsageStore needs '" + key + "' in each map of the body");
        }
        return value.toString();
    }

    private static Number number(Map<?, ?> map, String key) {
        return map.get(key) instanceof Number number ? number : 0;
    }
}
