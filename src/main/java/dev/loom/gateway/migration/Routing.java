package dev.loom.gateway.migration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code router_settings} and {@code litellm_settings} say of routing, as {@code routing} and {@code model_mapping}. */
final class Routing {

    private static final Map<String, String> STRATEGIES = Map.of(
            "latency-based-routing", "latency",
            "cost-based-routing", "cost");

    private final Item router;
    private final Item general;
    private final Providers providers;
    private final Notes notes;
    private final Figures figures;
    private final Map<String, Map<String, String>> mapping;

    /**
     * @param router {@code router_settings}
     * @param general {@code litellm_settings}
     */
    Routing(Item router, Item general, Providers providers, Notes notes) {
        this.router = router;
        this.general = general;
        this.providers = providers;
        this.notes = notes;
        this.figures = new Figures(notes);
        this.mapping = providers.mapping();
    }

    /** From either section; that of the router counts. */
    private Item either(String key) {
        if (router.get(key).node() == null) {
            return general.get(key);
        }
        if (general.get(key).isWritten()) {
            notes.lost(general.get(key), "router_settings has it, too");
        }
        return router.get(key);
    }

    void into(Map<String, Object> gateway) {
        aliases();
        boolean always = fallbacks("fallbacks");
        boolean forLength = fallbacks("context_window_fallbacks");
        boolean fallbacks = always || forLength;
        if (!mapping.isEmpty()) {
            gateway.put("model_mapping", mapping);
        }
        Map<String, Object> routing = new LinkedHashMap<>();
        routing.put("strategy", fallbacks ? "model" : strategy());
        if (fallbacks) {
            routing.put("model_routes", routes());
            instead(either("routing_strategy"), "model, since there are fallbacks");
        }
        Map<String, Object> failover = failover();
        if (!failover.isEmpty()) {
            routing.put("failover", failover);
        }
        lastResort(routing);
        gateway.put("routing", routing);
    }

    private String strategy() {
        Item written = either("routing_strategy");
        String theirs = written.text();
        if (theirs != null && STRATEGIES.containsKey(theirs)) {
            return STRATEGIES.get(theirs);
        }
        if (providers.has("priority")) {
            instead(written, "priority, since a deployment has an order");
            return "priority";
        }
        if (theirs != null && !theirs.equals("simple-shuffle")) {
            notes.changed(written, "the gateway has no such strategy; providers take turns (round_robin)");
        }
        return providers.has("weight") ? "weighted" : providers.share() ? "round_robin" : "priority";
    }

    private void instead(Item strategy, String ours) {
        if (strategy.isWritten()) {
            notes.changed(strategy, "routing.strategy is " + ours);
        }
    }

    /** Every group goes to its own first provider; who falls back follows. */
    private Map<String, String> routes() {
        Map<String, String> routes = new LinkedHashMap<>();
        providers.groups().forEach(group -> {
            String first = providers.of(group).keySet().iterator().next();
            if (group.equals("*") || !group.endsWith("*")) {
                routes.put(group.equals("*") ? "default" : group, first);
            }
        });
        if (providers.share()) {
            notes.changed(
                    either("fallbacks"),
                    "with fallbacks, the gateway asks the first provider of a group first, then the others; to share"
                            + " the load among them, set another routing.strategy");
        }
        return routes;
    }

    private boolean fallbacks(String key) {
        boolean any = false;
        for (Item entry : either(key).items()) {
            for (Map.Entry<String, Item> fallback : entry.entries().entrySet()) {
                any |= fallback(fallback.getKey(), fallback.getValue());
            }
        }
        if (any && key.startsWith("context")) {
            notes.changed(either(key), "the gateway asks them after any failure, not only if the prompt is too long");
        }
        return any;
    }

    private boolean fallback(String group, Item others) {
        if (providers.of(group).isEmpty() || group.endsWith("*")) {
            notes.lost(others, "model_list has no entry with exactly this model_name");
            return false;
        }
        Map<String, String> targets =
                mapping.computeIfAbsent(group, missing -> new LinkedHashMap<>(providers.of(group)));
        boolean any = false;
        for (Item other : others.items()) {
            Map<String, String> served = providers.of(String.valueOf(other.text()));
            if (served.isEmpty()) {
                notes.lost(other, "model_list has no entry with this model_name");
            }
            for (Map.Entry<String, String> target : served.entrySet()) {
                if (target.getValue().equals("*")) {
                    notes.lost(other, "a fallback must name one model, not all models (*)");
                } else if (targets.putIfAbsent(target.getKey(), target.getValue()) == null) {
                    any = true;
                } else {
                    notes.lost(other, "its provider already serves this group, and can serve it with one model only");
                }
            }
        }
        return any;
    }

    private void aliases() {
        either("model_group_alias").forEach((alias, item) -> {
            String group = item.text() != null ? item.text() : item.get("model").text();
            Map<String, String> served = providers.of(String.valueOf(group));
            if (served.isEmpty()) {
                notes.lost(item, "model_list has no entry with this model_name");
            } else {
                mapping.put(alias, new LinkedHashMap<>(served));
            }
        });
    }

    private Map<String, Object> failover() {
        Map<String, Object> failover = new LinkedHashMap<>();
        put(failover, "max_retries", figures.whole(either("num_retries")));
        put(failover, "deadline", figures.time(router.get("timeout")));
        Map<String, Object> breaker = new LinkedHashMap<>();
        Integer fails = figures.number(either("allowed_fails"));
        if (fails != null) {
            breaker.put("failure_threshold", fails + 1);
            notes.changed(
                    either("allowed_fails"),
                    "the gateway counts failures in a row, not in a minute: circuit_breaker.failure_threshold");
        }
        put(breaker, "timeout", figures.time(either("cooldown_time")));
        if (!breaker.isEmpty()) {
            failover.put("circuit_breaker", breaker);
        }
        return failover;
    }

    private static void put(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value);
        }
    }

    private void lastResort(Map<String, Object> routing) {
        List<Item> groups = either("default_fallbacks").items();
        for (int i = 0; i < groups.size(); i++) {
            Map<String, String> served =
                    providers.of(String.valueOf(groups.get(i).text()));
            if (i == 0 && !served.isEmpty()) {
                routing.put(
                        "fallback",
                        Map.of("provider", served.keySet().iterator().next()));
            } else {
                notes.lost(groups.get(i), "routing.fallback has one provider, that of the first entry");
            }
        }
    }
}
