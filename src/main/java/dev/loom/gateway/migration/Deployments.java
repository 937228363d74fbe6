package dev.loom.gateway.migration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code model_list}. */
final class Deployments {

    /** Parameters of a request that LiteLLM sends where the client says nothing. */
    private static final Set<String> DEFAULTS = Set.of(
            "temperature",
            "top_p",
            "max_tokens",
            "max_completion_tokens",
            "seed",
            "stop",
            "frequency_penalty",
            "presence_penalty",
            "reasoning_effort",
            "n",
            "user",
            "top_k");

    private static final Map<String, String> PRICES = Map.of(
            "input_cost_per_token", "input_per_1k",
            "output_cost_per_token", "output_per_1k",
            "cache_read_input_token_cost", "cached_per_1k");

    private final Notes notes;
    private final Figures figures;
    private final @Nullable String requestTimeout;

    /** @param requestTimeout seconds that every call may take */
    Deployments(Notes notes, Item requestTimeout) {
        this.notes = notes;
        this.figures = new Figures(notes);
        this.requestTimeout = figures.time(requestTimeout);
    }

    List<Deployment> read(Item modelList) {
        List<Deployment> deployments = new ArrayList<>();
        for (Item entry : modelList.items()) {
            Deployment deployment = deployment(entry);
            if (deployment != null) {
                deployments.add(deployment);
            } else if (!notes.isAbout(entry)) {
                notes.lost(entry, "its provider cannot be asked; the line about its litellm_params says why");
            }
        }
        return deployments;
    }

    private @Nullable Deployment deployment(Item entry) {
        Item params = entry.get("litellm_params");
        String group = entry.get("model_name").text();
        String model = params.get("model").text();
        if (group == null || model == null) {
            notes.lost(entry, "model_name or litellm_params.model is missing");
            return null;
        }
        String prefix = prefix(params, model);
        Vendor vendor = prefix.isEmpty() ? Vendor.bare(model) : vendor(prefix, params);
        if (vendor == null) {
            notes.lost(
                    params.get("model"),
                    "the gateway does not know the provider '" + prefix + "'; if its server has OpenAI's API, write its"
                            + " address as api_base");
            return null;
        }
        String name = model.startsWith(prefix + "/") ? model.substring(prefix.length() + 1) : model;
        Map<String, Object> reach = new Reach(vendor, params, notes).keys(name);
        if (reach == null) {
            return null;
        }
        if (requestTimeout != null) {
            reach.put("timeouts", Map.of("response", requestTimeout));
        }
        return new Deployment(entry, vendor, group, name, reach, own(entry, params));
    }

    private static String prefix(Item params, String model) {
        String said = params.get("custom_llm_provider").text();
        if (said != null) {
            return said;
        }
        int slash = model.indexOf('/');
        return slash < 0 ? "" : model.substring(0, slash);
    }

    private static @Nullable Vendor vendor(String prefix, Item params) {
        Vendor known = Vendor.of(prefix);
        return known == null && Reach.base(params).isWritten()
                ? new Vendor(prefix.replaceAll("[^A-Za-z0-9_-]", "-"), "openai", null, "", List.of("*"))
                : known;
    }

    private Map<String, Object> own(Item entry, Item params) {
        Map<String, Object> own = new LinkedHashMap<>();
        Map<String, Object> limits = new LinkedHashMap<>();
        put(limits, "requests_per_minute", figures.whole(either(entry, params, "rpm")));
        put(limits, "tokens_per_minute", figures.whole(either(entry, params, "tpm")));
        put(limits, "concurrent_requests", figures.whole(params.get("max_parallel_requests")));
        put(own, "rate_limit", limits);
        put(own, "weight", figures.whole(params.get("weight")));
        put(own, "priority", figures.whole(params.get("order")));
        put(own, "timeouts", timeouts(params));
        put(own, "cost", cost(entry, params));
        Map<String, Object> defaults = new LinkedHashMap<>();
        params.forEach((key, item) -> {
            if (DEFAULTS.contains(key) && item.isWritten()) {
                put(defaults, key, item.plain());
            }
        });
        Map<String, Object> request = new LinkedHashMap<>();
        put(request, "default", defaults);
        List<String> dropped = dropped(params.get("additional_drop_params"));
        if (!dropped.isEmpty()) {
            request.put("drop", dropped);
        }
        put(own, "request", request);
        return own;
    }

    private List<String> dropped(Item written) {
        List<String> dropped = new ArrayList<>();
        for (Item item : written.items()) {
            String key = String.valueOf(item.text());
            if (key.matches("[a-z_]+") && !key.equals("stream")) {
                dropped.add(key);
            } else {
                notes.lost(item, "write it to request.drop of the provider, as a path of ours");
            }
        }
        return dropped;
    }

    private static Item either(Item entry, Item params, String key) {
        return params.get(key).isWritten() ? params.get(key) : entry.get(key);
    }

    private Map<String, Object> timeouts(Item params) {
        Map<String, Object> timeouts = new LinkedHashMap<>();
        put(timeouts, "response", figures.time(params.get("timeout")));
        put(timeouts, "first_token", figures.time(params.get("stream_timeout")));
        if (requestTimeout != null && !timeouts.isEmpty()) {
            timeouts.putIfAbsent("response", requestTimeout);
        }
        return timeouts;
    }

    /** LiteLLM's prices are for a token. */
    private Map<String, Object> cost(Item entry, Item params) {
        Map<String, Object> cost = new LinkedHashMap<>();
        List<Item> prices = new ArrayList<>();
        PRICES.forEach((theirs, ours) -> {
            Item price = either(entry.get("model_info"), params, theirs);
            if (price.plain() instanceof Number perToken) {
                cost.put(ours, Math.round(perToken.doubleValue() * 1e12) / 1e9);
                prices.add(price);
            } else if (price.isWritten()) {
                notes.lost(price, "a price must be a number");
            }
        });
        if (cost.containsKey("input_per_1k") && cost.containsKey("output_per_1k")) {
            return cost;
        }
        prices.forEach(price -> notes.lost(price, "a price of input and one of output are needed"));
        return Map.of();
    }

    private static void put(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null && !Map.of().equals(value)) {
            map.put(key, value);
        }
    }
}
