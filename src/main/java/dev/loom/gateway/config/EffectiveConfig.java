package dev.loom.gateway.config;

import dev.loom.gateway.config.accounts.TierConfig;
import dev.loom.gateway.config.accounts.WebhookConfig;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns configuration records back into the maps and lists of the file. */
final class EffectiveConfig {

    private static final Pattern URL_WITH_QUERY = Pattern.compile("^((?:[A-Za-z][A-Za-z0-9+.-]*:/)?/[^?]*)\\?.+$");

    private EffectiveConfig() {}

    /** What is null stays out; secrets are {@code ***}. */
    static Map<String, Object> of(Record config) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            Object value = plain(value(component, config));
            if (value != null) {
                tree.put(key(component.getName()), value);
            }
        }
        return tree;
    }

    /** {@code inputPer1k} is {@code input_per_1k} in the file. */
    static String key(String component) {
        if (component.equals("defaults")) {
            return "default"; // which no component may be called
        }
        return component.replaceAll("(?<=[a-z])(?=[A-Z0-9])", "_").toLowerCase(Locale.ROOT);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Duration duration) {
            return text(duration);
        }
        if (value instanceof Set<?> items) {
            return items.stream().sorted().toList();
        }
        if (value instanceof List<?> items) {
            return items.stream().map(EffectiveConfig::plain).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> tree = new LinkedHashMap<>();
            map.forEach((key, item) -> tree.put(String.valueOf(key), plain(item)));
            return tree;
        }
        return value instanceof Record entry && !isHidden(entry) ? section(entry) : masked(value.toString());
    }

    private static boolean isHidden(Record value) {
        return value instanceof Secret || value instanceof KeyHash;
    }

    /** Of a URL, the query: some put a key there. */
    private static String masked(String text) {
        return URL_WITH_QUERY.matcher(text).replaceFirst("$1?***");
    }

    /** Where the file's shape is not the record's. */
    private static @Nullable Object section(Record entry) {
        if (entry instanceof MaxOutputTokens tokens) {
            return tokens.all() != null ? tokens.all() : plain(tokens.byModel());
        }
        if (entry instanceof CostConfig cost) {
            Map<String, Object> tree = cost.all() != null ? of(cost.all()) : new LinkedHashMap<>();
            cost.byModel().forEach((model, price) -> tree.put(model, of(price)));
            return tree;
        }
        if (entry.equals(RequestConfig.NONE)) {
            return null;
        }
        if (entry instanceof TierConfig.Most most) {
            return most.plain();
        }
        if (entry instanceof ModelEntries models) {
            return plain(models.all());
        }
        if (entry instanceof ModelConfig model && model.isPlain()) {
            return model.name();
        }
        Map<String, Object> tree = of(entry);
        if (entry instanceof WebhookConfig webhook) {
            tree.put("url", webhook.shown());
        }
        if (entry instanceof RoutingConfig routing) {
            tree.remove("default_provider");
            tree.put(
                    "providers",
                    routing.providers().stream()
                            .map(name -> Map.of("name", name))
                            .toList());
            tree.put("model_routes", routes(routing));
        }
        return tree;
    }

    private static Map<String, String> routes(RoutingConfig routing) {
        Map<String, String> routes = new LinkedHashMap<>(routing.modelRoutes());
        if (routing.defaultProvider() != null) {
            routes.put("default", routing.defaultProvider());
        }
        return routes;
    }

    /** In the largest unit that leaves no rest. */
    private static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        return seconds % 60 != 0 || seconds == 0 ? seconds + "s" : seconds / 60 + "m";
    }

    private static @Nullable Object value(RecordComponent component, Record config) {
        try {
            return component.getAccessor().invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
