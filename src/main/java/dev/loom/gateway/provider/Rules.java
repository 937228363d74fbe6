package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.RequestConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Changes to a request's body, as a {@code request} of the configuration or of a known family says. */
record Rules(RequestConfig config) implements Change {

    @Override
    public boolean mayChange(ChatRequest request) {
        return !config.defaults().isEmpty()
                || !config.set().isEmpty()
                || Stream.concat(config.rename().keySet().stream(), config.drop().stream())
                        .map(JsonPath::of)
                        .anyMatch(request::mayHave);
    }

    @Override
    public void applyTo(ObjectNode body) {
        config.rename().forEach((path, to) -> rename(body, JsonPath.of(path), to));
        config.drop().forEach(path -> drop(body, JsonPath.of(path)));
        config.defaults().forEach((path, value) -> put(body, JsonPath.of(path), value, false));
        config.set().forEach((path, value) -> put(body, JsonPath.of(path), value, true));
    }

    private static void drop(ObjectNode body, JsonPath path) {
        path.parents(body, parent -> parent.remove(path.last()));
    }

    private static void put(ObjectNode body, JsonPath path, Object value, boolean always) {
        path.madeParents(body, parent -> {
            if (always || !parent.hasNonNull(path.last())) {
                parent.set(path.last(), Json.MAPPER.valueToTree(value));
            }
        });
    }

    private static void rename(ObjectNode body, JsonPath path, Object to) {
        if (to instanceof Map<?, ?> values) {
            path.parents(body, parent -> translate(parent, path.last(), values));
        } else {
            JsonPath other = JsonPath.of(String.valueOf(to));
            int common = path.stars();
            path.until(common).ends(body, owner -> move(owner, path.from(common), other.from(common)));
        }
    }

    private static void translate(ObjectNode parent, String key, Map<?, ?> values) {
        Object other = values.get(parent.path(key).asText());
        if (other != null && parent.path(key).isTextual()) {
            parent.put(key, other.toString());
        }
    }

    /** Where both are there, the one under the new name stays. */
    private static void move(ObjectNode owner, JsonPath from, JsonPath to) {
        from.parents(owner, parent -> {
            JsonNode value = parent.remove(from.last());
            if (value != null) {
                to.madeParents(owner, target -> {
                    if (!target.hasNonNull(to.last())) {
                        target.set(to.last(), value);
                    }
                });
            }
        });
    }

    static List<Rules> of(RequestConfig... configs) {
        List<Rules> rules = List.of();
        for (RequestConfig config : configs) {
            if (!config.equals(RequestConfig.NONE)) {
                rules = rules.isEmpty() ? new ArrayList<>(configs.length) : rules;
                rules.add(new Rules(config));
            }
        }
        return rules;
    }
}
