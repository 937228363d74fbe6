package dev.loom.gateway.camel.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.RequestConfig;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Shaping;
import dev.loom.gateway.provider.Target;
import java.util.Map;
import java.util.TreeSet;

/** How a request would be changed for one provider: the key {@code request} of {@code POST /ai/route/explain}. */
final class RequestView {

    private RequestView() {}

    static ObjectNode of(ApiRequest request, Target target) {
        ObjectNode json = Json.object()
                .put("family", target.quirks().family().name())
                .put("usage_in_streams", target.quirks().takesStreamOptions(target.provider()));
        json.set(
                "refused", Json.MAPPER.valueToTree(new TreeSet<>(target.quirks().refused())));
        ArrayNode rules = json.putArray("rules");
        Shaping.rules(request, target).forEach(some -> rules.add(rules(some)));
        return json;
    }

    private static ObjectNode rules(RequestConfig config) {
        ObjectNode json = Json.object();
        add(json, "rename", config.rename());
        if (!config.drop().isEmpty()) {
            json.set("drop", Json.MAPPER.valueToTree(config.drop()));
        }
        add(json, "default", config.defaults());
        add(json, "set", config.set());
        return json;
    }

    private static void add(ObjectNode json, String key, Map<String, Object> rules) {
        if (!rules.isEmpty()) {
            json.set(key, Json.MAPPER.valueToTree(rules));
        }
    }
}
