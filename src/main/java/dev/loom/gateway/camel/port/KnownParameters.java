package dev.loom.gateway.camel.port;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loom.gateway.config.yaml.Suggestion;
import dev.loom.gateway.provider.ApiError;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a call of the admin port with a query parameter that it does not take: an answer that leaves out {@code team=x}
 * would look like one for that team. What each call takes stands in {@code openapi.json}; other paths, such as an operator's
 * own, take what they like.
 */
public final class KnownParameters implements Handler<RoutingContext> {

    private static final String FILE = "/loom/openapi.json";

    /** Probes and scrapers on other paths add parameters of their own. */
    private static final String CHECKED = "/ai/";

    /** A call, its path as a pattern. */
    private record Call(String path, String method, List<String> parameters) {

        boolean is(RoutingContext context) {
            HttpMethod asked = context.request().method();
            return method.equalsIgnoreCase(asked.equals(HttpMethod.HEAD) ? "get" : asked.name())
                    && context.normalizedPath().matches(path);
        }
    }

    /** Read when the first parameter is met. */
    private static final class Holder {
        static final List<Call> CALLS = read();
    }

    private static List<Call> read() {
        List<Call> calls = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(KnownParameters.class.getResourceAsStream(FILE), FILE)) {
            JsonNode paths = new ObjectMapper().readTree(in).path("paths");
            paths.properties().stream()
                    .filter(path -> path.getKey().startsWith(CHECKED))
                    .forEach(path -> path.getValue()
                            .properties()
                            .forEach(operation ->
                                    calls.add(call(path.getKey(), operation.getKey(), operation.getValue()))));
            return calls;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Call call(String path, String method, JsonNode operation) {
        String pattern = path.replace(".", "\\.").replaceAll("\\{[a-z]+}", "[^/]+");
        return new Call(pattern, method, operation.path("parameters").findValuesAsText("name"));
    }

    @Override
    public void handle(RoutingContext context) {
        ApiError problem = problem(context);
        if (problem == null) {
            context.next();
        } else {
            Replies.send(context, Reply.error(400, problem));
        }
    }

    private @Nullable ApiError problem(RoutingContext context) {
        MultiMap asked = context.queryParams();
        if (asked.isEmpty()) {
            return null;
        }
        return Holder.CALLS.stream()
                .filter(call -> call.is(context))
                .findFirst()
                .map(call -> problem(call.parameters(), asked))
                .orElse(null);
    }

    private static @Nullable ApiError problem(List<String> known, MultiMap asked) {
        for (String name : new TreeSet<>(asked.names())) {
            String shown = Printable.of(name);
            if (!known.contains(name)) {
                String choices = known.isEmpty() ? "none" : String.join(", ", known);
                return problem(
                        "There is no parameter '" + shown + "' here"
                                + Suggestion.of(name, known, "there are: " + choices) + ".",
                        shown);
            }
            if (asked.getAll(name).size() > 1) {
                return problem("'" + shown + "' must be given once.", shown);
            }
        }
        return null;
    }

    private static ApiError problem(String message, String name) {
        return ApiError.invalidRequest(message, name, "unknown_parameter");
    }
}
