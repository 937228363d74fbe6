package dev.loom.gateway.migration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The sections beside {@code model_list}: what is carried over of them, and what is not. */
final class Settings {

    private static final Set<String> SECTIONS =
            Set.of("model_list", "router_settings", "litellm_settings", "general_settings", "environment_variables");

    private static final String NO_SUCH = "the gateway has no such setting";

    /** Read in this class. */
    private static final Set<String> READ = Set.of("master_key", "global_max_parallel_requests", "max_request_size_mb");

    private final Item file;
    private final Notes notes;

    Settings(Item file, Notes notes) {
        this.file = file;
        this.notes = notes;
    }

    void into(Map<String, Object> gateway) {
        Map<String, Object> server = server();
        if (!server.isEmpty()) {
            gateway.put("server", server);
        }
        boolean budget = new Budget(file.get("litellm_settings"), notes).into(gateway);
        if ("true"
                .equalsIgnoreCase(file.get("litellm_settings").get("json_logs").text())) {
            gateway.put("logging", Map.of("format", "json"));
        }
        noteRest(budget ? Budget.READ : Set.of());
    }

    private Map<String, Object> server() {
        Map<String, Object> server = new LinkedHashMap<>();
        Item general = file.get("general_settings");
        Item master = general.get("master_key");
        String key = master.text();
        if (key != null && !key.isBlank()) {
            server.put("api_keys", List.of(keys("name", "master", "key", Variables.of(key))));
            notes.changed(master, "it becomes the client key named master; the admin port has its own: admin.token");
        }
        Integer requests = general.get("global_max_parallel_requests").number();
        if (requests != null) {
            server.put("max_requests", requests);
        }
        Integer megabytes = general.get("max_request_size_mb").number();
        if (megabytes != null) {
            server.put("max_body", megabytes + "MB");
        }
        return server;
    }

    private static Map<String, Object> keys(String name, Object value, String other, Object otherValue) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put(name, value);
        keys.put(other, otherValue);
        return keys;
    }

    private void noteRest(Set<String> carried) {
        file.forEach((section, item) -> {
            if (!SECTIONS.contains(section)) {
                notes.lost(item, Equivalents.of(section, NO_SUCH));
            }
        });
        List.of("router_settings", "litellm_settings", "general_settings")
                .forEach(section -> file.get(section).forEach((key, item) -> {
                    boolean read = Routing.READ.contains(key) || READ.contains(key) || carried.contains(key);
                    if (!read) {
                        notes.lost(item, Equivalents.of(key, NO_SUCH));
                    }
                }));
        if (file.get("environment_variables").isWritten()) {
            notes.lost(file.get("environment_variables"), "set these variables where you start the gateway");
        }
    }
}
