package dev.loom.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * The whole way of a client's request, from its path to the provider's connection, as the shipped files have it, with steps
 * of the test's own in between. Every id and endpoint has a mark, so that many of them run beside the shipped routes.
 */
public final class EditedRoutes {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final String mark;
    private final String provider;
    private final ArrayNode routes = YAML.createArrayNode();

    private EditedRoutes(String mark, String provider) {
        this.mark = mark;
        this.provider = provider;
    }

    /**
     * @param route where the client comes in, such as {@code loom-chat-completions}
     * @param file in which that route stands
     * @param provider the name of the one provider
     */
    public static EditedRoutes of(String route, String file, String provider, String mark) {
        EditedRoutes edited = new EditedRoutes(mark, provider);
        edited.add(file, item -> item.at("/route/id").asText().equals(route));
        for (String name : List.of("serve", "dispatch", "provider", "errors")) {
            edited.add(name, item -> true);
        }
        return edited;
    }

    private void add(String file, Predicate<JsonNode> wanted) {
        try {
            for (JsonNode item : YAML.readTree(Files.readString(Path.of("routes", file + ".camel.yaml")))) {
                if (wanted.test(item)) {
                    routes.add(item.has("routeTemplate") ? instance(item.path("routeTemplate")) : item);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode instance(JsonNode template) {
        ObjectNode route = (ObjectNode) template.path("route");
        route.put("id", template.path("id").asText());
        return YAML.createObjectNode().set("route", route);
    }

    /** Puts steps before the one with this id. */
    public EditedRoutes before(String id, String yaml) {
        return put(routes, id, yaml, 0);
    }

    /** Puts steps behind the one with this id. */
    public EditedRoutes after(String id, String yaml) {
        return put(routes, id, yaml, 1);
    }

    private EditedRoutes put(JsonNode within, String id, String yaml, int offset) {
        try {
            if (!insert(within, id, YAML.readTree(yaml), offset)) {
                throw new IllegalArgumentException("There is no step " + id);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean insert(JsonNode within, String id, JsonNode steps, int offset) {
        if (within instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                if (isStep(list.get(i), id)) {
                    for (int j = steps.size() - 1; j >= 0; j--) {
                        list.insert(i + offset, steps.get(j));
                    }
                    return true;
                }
            }
        }
        for (JsonNode child : within) {
            if (insert(child, id, steps, offset)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isStep(JsonNode item, String id) {
        return item.size() == 1 && item.iterator().next().path("id").asText().equals(id);
    }

    /** Below which the client's paths are. */
    public String path() {
        return "/" + mark;
    }

    /** For Camel's loader; JSON is YAML. */
    public String yaml() {
        return marked("", routes.deepCopy()).toString();
    }

    private JsonNode marked(String key, JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(entry -> entry.setValue(marked(entry.getKey(), entry.getValue())));
        } else if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                list.set(i, marked("", list.get(i)));
            }
        } else if (node.isTextual()) {
            return TextNode.valueOf(marked(key, node.textValue()));
        }
        return node;
    }

    private String marked(String key, String text) {
        if (key.equals("id") || key.equals("routeConfigurationId")) {
            return text + "-" + mark;
        }
        return text.replaceAll("direct:loom-(serve|dispatch|attempt|provider)", "direct:" + mark + "-loom-$1")
                .replace("platform-http:/v1", "platform-http:/" + mark + "/v1")
                .replace("{{name}}", provider)
                .replace("{{client}}", provider)
                .replace("{{url}}", "http://provider.invalid");
    }
}
