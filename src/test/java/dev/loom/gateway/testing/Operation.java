package dev.loom.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What {@code /openapi.json} says of one method of one path.
 *
 * @param admin whether the admin port serves it
 */
public record Operation(String path, String method, boolean admin, JsonNode said) {

    /** Methods that stand in the document; {@code HEAD} comes with every {@code GET}. */
    public static final Set<String> METHODS = Set.of("GET", "POST", "DELETE");

    /** All that a gateway says that it serves. */
    public static List<Operation> in(JsonNode document) {
        List<Operation> operations = new ArrayList<>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(entry -> METHODS.contains(entry.getKey().toUpperCase(Locale.ROOT)))
                .forEach(entry -> operations.add(new Operation(
                        path.getKey(),
                        entry.getKey().toUpperCase(Locale.ROOT),
                        path.getValue().at("/servers/0/url").asText().endsWith(":9091"),
                        entry.getValue()))));
        return operations;
    }

    /** The path with a model, a provider and an id in it, and the account that a query for usage names. */
    public String target(String model, String provider) {
        return path.replaceAll("\\{(model|deployment)}", model)
                .replace("{name}", provider)
                .replace("{id}", "resp_none")
                .replaceFirst("^/ai/usage$", "/ai/usage?key=anonymous");
    }

    /** An example of its body in JSON; missing where it has none. */
    public JsonNode example() {
        return said.at("/requestBody/content/application~1json/example");
    }

    public boolean takesJson() {
        return said.at("/requestBody/content").has("application/json");
    }

    public int port(TestGateway gateway) {
        return admin ? gateway.adminPort() : gateway.port();
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
