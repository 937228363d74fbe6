package dev.loom.gateway.migration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The sections beside {@code model_list}: what is carried over of them, and what is not. */
final class Settings {

    private static final Set<String> SECTIONS =
            Set.of("model_list", "router_settings", "litellm_settings", "general_settings", "environment_variables");

    /** Why some of what people often have is not carried over. */
    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("success_callback", "send finished requests from the route loom-on-finished, or read /metrics"),
            Map.entry("failure_callback", "send finished requests from the route loom-on-finished, or read /metrics"),
            Map.entry("callbacks", "write your own steps in routes/hooks.camel.yaml"),
            Map.entry("cache", "the gateway does not cache answers"),
            Map.entry("cache_params", "the gateway does not cache answers"),
            Map.entry(
                    "database_url",
                    "the gateway has no database of keys; write them to server.api_keys or server.api_keys_file"),
            Map.entry("content_policy_fallbacks", "the client gets the filtered answer; no other provider is asked"),
            Map.entry("redis_host", "if several gateways count limits together, configure state"),
            Map.entry("guardrails", "write your own check as a step in routes/hooks.camel.yaml"),
            Map.entry("retry_policy", "the kind of failure decides what is retried; see failover.retry_codes"));

    private final Item file;
    private final Notes notes;

    Settings(Item file, Notes notes) {
        this.file = file;
        this.notes = notes;
    }

    void into(Map<String, Object> gateway) {
        Item master = file.get("general_settings").get("master_key");
        String key = master.text();
        if (key != null && !key.isBlank()) {
            gateway.put("server", Map.of("api_keys", List.of(keys("name", "master", "key", Variables.of(key)))));
            notes.changed(master, "it becomes the client key named master; the admin port has its own: admin.token");
        }
        if ("true"
                .equalsIgnoreCase(file.get("litellm_settings").get("json_logs").text())) {
            gateway.put("logging", Map.of("format", "json"));
        }
        noteRest();
    }

    private static Map<String, Object> keys(String name, Object value, String other, Object otherValue) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put(name, value);
        keys.put(other, otherValue);
        return keys;
    }

    private void noteRest() {
        file.forEach((section, item) -> {
            if (!SECTIONS.contains(section)) {
                notes.lost(item, REASONS.getOrDefault(section, "the gateway has no such setting"));
            }
        });
        List.of("router_settings", "litellm_settings", "general_settings")
                .forEach(section -> file.get(section).forEach((key, item) -> {
                    if (!Routing.READ.contains(key) && !key.equals("master_key")) {
                        notes.lost(item, REASONS.getOrDefault(key, "the gateway has no such setting"));
                    }
                }));
        if (file.get("environment_variables").isWritten()) {
            notes.lost(file.get("environment_variables"), "set these variables where you start the gateway");
        }
    }
}
