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
            Map.entry("success_callback", "write to where you want from the route loom-on-finished, or read /metrics"),
            Map.entry("failure_callback", "write to where you want from the route loom-on-finished, or read /metrics"),
            Map.entry("callbacks", "steps of your own stand in routes/hooks.camel.yaml"),
            Map.entry("cache", "answers are not cached"),
            Map.entry("cache_params", "answers are not cached"),
            Map.entry(
                    "database_url",
                    "there is no database; virtual keys become server.api_keys or server.api_keys_file"),
            Map.entry("content_policy_fallbacks", "a filtered answer is an answer"),
            Map.entry("redis_host", "there is no Redis of LiteLLM's kind"),
            Map.entry("guardrails", "a check of your own is a step in routes/hooks.camel.yaml"),
            Map.entry("retry_policy", "what is retried depends on the kind of the failure: failover.retry_codes"));

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
            notes.changed(master, "a client key of the name master; the admin port has access of its own, admin.token");
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
                notes.lost(item, REASONS.getOrDefault(section, "nothing here says this"));
            }
        });
        List.of("router_settings", "litellm_settings", "general_settings")
                .forEach(section -> file.get(section).forEach((key, item) -> {
                    if (!Routing.READ.contains(key) && !key.equals("master_key")) {
                        notes.lost(item, REASONS.getOrDefault(key, "nothing here says this"));
                    }
                }));
        if (file.get("environment_variables").isWritten()) {
            notes.lost(file.get("environment_variables"), "set them where the gateway is started");
        }
    }
}
