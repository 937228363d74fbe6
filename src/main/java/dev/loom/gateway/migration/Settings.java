package dev.loom.gateway.migration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sections beside {@code model_list}: what is carried over of them, and what is not. */
final class Settings {

    private final Item file;
    private final Notes notes;
    private final Figures figures;

    Settings(Item file, Notes notes) {
        this.file = file;
        this.notes = notes;
        this.figures = new Figures(notes);
    }

    void into(Map<String, Object> gateway) {
        Map<String, Object> server = server();
        if (!server.isEmpty()) {
            gateway.put("server", server);
        }
        new Budget(file.get("litellm_settings"), notes).into(gateway);
        logging(file.get("litellm_settings").get("json_logs"), gateway);
    }

    private void logging(Item json, Map<String, Object> gateway) {
        String text = String.valueOf(json.text());
        if (text.equalsIgnoreCase("true")) {
            gateway.put("logging", Map.of("format", "json"));
        } else if (json.isWritten()) {
            notes.changed(json, "the gateway writes text; logging.format: json changes that");
        }
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
        Object requests = figures.whole(general.get("global_max_parallel_requests"));
        if (requests != null) {
            server.put("max_requests", requests);
        }
        Object megabytes = figures.whole(general.get("max_request_size_mb"));
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
}
