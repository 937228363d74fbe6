package dev.loom.gateway.migration;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a provider is reached: address, key and what belongs to them. */
final class Reach {

    private final Vendor vendor;
    private final Item params;
    private final Notes notes;

    Reach(Vendor vendor, Item params, Notes notes) {
        this.vendor = vendor;
        this.params = params;
        this.notes = notes;
    }

    static Item base(Item params) {
        Item base = params.get("api_base");
        return base.isWritten() ? base : params.get("base_url");
    }

    /** Null where it cannot be reached from here, after that was noted. */
    @Nullable
    Map<String, Object> keys(String model) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("type", vendor.type());
        if (!address(keys, model)) {
            return null;
        }
        if (vendor.type().equals("vertex")) {
            google(keys);
        } else {
            keys.put("api_key", key());
        }
        copy(keys, "api_version", "api_version");
        copy(keys, "organization", "organization");
        Map<String, Object> headers = headers();
        if (!headers.isEmpty()) {
            keys.put("headers", headers);
        }
        return keys;
    }

    private Map<String, Object> headers() {
        Map<String, Object> headers = new LinkedHashMap<>();
        for (String key : new String[] {"headers", "extra_headers"}) {
            Item written = params.get(key);
            written.forEach((name, value) -> {
                Object plain = value.plain();
                if (plain != null) {
                    headers.put(name, plain);
                }
            });
        }
        return headers;
    }

    private boolean address(Map<String, Object> keys, String model) {
        String written = base(params).text();
        if (written != null && !written.isBlank()) {
            String url = written.replaceAll("/+$", "").replaceAll("/(chat/completions|completions|embeddings)$", "");
            keys.put("base_url", Variables.of(url));
        } else if (vendor.name().equals("bedrock")) {
            return bedrock(keys, model);
        } else if (vendor.baseUrl() == null) {
            notes.lost(params, "write api_base: the gateway does not know the address of '" + vendor.name() + "'");
            return false;
        } else if (!vendor.baseUrl().isEmpty()) {
            keys.put("base_url", vendor.baseUrl());
        }
        return true;
    }

    /** Only the models that Bedrock serves in OpenAI's language, with a key of Bedrock's own. */
    private boolean bedrock(Map<String, Object> keys, String model) {
        if (!model.startsWith("openai.")) {
            notes.lost(
                    params.get("model"),
                    "the gateway asks only models at Bedrock's OpenAI-compatible address, and does not sign requests"
                            + " with an access key");
            return false;
        }
        String region = params.get("aws_region_name").text();
        String named = region == null ? "${AWS_REGION:-us-west-2}" : Variables.of(region);
        keys.put("base_url", "https://bedrock-runtime." + named + ".amazonaws.com/openai/v1");
        return true;
    }

    private void google(Map<String, Object> keys) {
        copy(keys, "vertex_project", "project_id");
        copy(keys, "vertex_location", "location");
        keys.putIfAbsent("project_id", "${VERTEXAI_PROJECT}");
        keys.putIfAbsent("location", "${VERTEXAI_LOCATION}");
        Item credentials = params.get("vertex_credentials");
        String text = credentials.text();
        if (text != null && !text.isBlank() && !text.contains("{")) {
            keys.put("credentials_file", Variables.of(text));
        } else if (credentials.isWritten() || credentials.entries().size() > 0) {
            notes.lost(credentials, "save the key as a file and name it in credentials_file");
        }
    }

    private String key() {
        Item key = params.get("api_key");
        String text = key.text();
        if (text == null || text.isBlank()) {
            return vendor.variable().isEmpty() ? "none" : "${%s}".formatted(vendor.variable());
        }
        if (!Variables.is(text) && text.length() > 8) {
            notes.changed(key, "this file has the key itself; put the key into the environment and write ${NAME}");
        }
        return Variables.of(text);
    }

    private void copy(Map<String, Object> keys, String theirs, String ours) {
        String text = params.get(theirs).text();
        if (text != null && !text.isBlank()) {
            keys.put(ours, Variables.of(text));
        }
    }
}
