package dev.loom.gateway.migration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code max_budget} and {@code budget_duration} of {@code litellm_settings}, as a limit of costs. */
final class Budget {

    private static final Pattern DURATION = Pattern.compile("([1-9]\\d{0,5})(s|m|h|d|mo)");

    private final Item settings;
    private final Notes notes;

    /** @param settings {@code litellm_settings} */
    Budget(Item settings, Notes notes) {
        this.settings = settings;
        this.notes = notes;
    }

    void into(Map<String, Object> gateway) {
        Item most = settings.get("max_budget");
        Map<String, Object> limit = limit(most);
        if (limit.isEmpty()) {
            lost(most, "max_budget");
            lost(settings.get("budget_duration"), "budget_duration");
            return;
        }
        gateway.put("token_accounting", two("enabled", true, "cost_limits", List.of(limit)));
        notes.changed(
                most,
                "it becomes token_accounting.cost_limits, which counts for each key of server.api_keys by itself, and"
                        + " only what providers with a cost are asked");
    }

    private void lost(Item item, String key) {
        if (item.isWritten()) {
            notes.lost(item, Equivalents.of(key, "this is no budget"));
        }
    }

    private Map<String, Object> limit(Item most) {
        Matcher duration =
                DURATION.matcher(String.valueOf(settings.get("budget_duration").text()));
        if (!(most.plain() instanceof Number dollars) || dollars.doubleValue() <= 0 || !duration.matches()) {
            return Map.of();
        }
        String window = window(duration.group(1), duration.group(2));
        return window == null ? two("align", "month", "max_cost", dollars) : two("window", window, "max_cost", dollars);
    }

    private static Map<String, Object> two(String key, Object value, String other, Object otherValue) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        map.put(other, otherValue);
        return map;
    }

    /** Null for a month of the calendar. */
    private static @Nullable String window(String number, String unit) {
        if (!unit.equals("mo")) {
            return number + unit;
        }
        return number.equals("1") ? null : Integer.parseInt(number) * 30 + "d";
    }
}
