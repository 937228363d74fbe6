package dev.loom.gateway.camel.request;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomListModels}: the models that this client may ask for, all of them or the one in the path. */
public final class ListModels implements Processor {

    private static final String MODELS = "/v1/models/";

    private final Supplier<Gateway> gateway;

    public ListModels(Supplier<Gateway> gateway) {
        this.gateway = gateway;
    }

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        Passage passage = Passage.of(exchange);
        Gateway current = gateway.get();
        Set<String> models = current.planner().servedModels().stream()
                .filter(allowed(current, passage.request()))
                .collect(Collectors.toCollection(TreeSet::new));
        String asked = asked(passage.request().path());
        exchange.getMessage()
                .setBody(Reply.json(200, asked.isEmpty() ? list(current, models) : one(current, models, asked)));
    }

    /** The rest of the path: a model's name may have slashes in it, as they are or encoded. Empty for all models. */
    private static String asked(String path) {
        int start = path.indexOf(MODELS);
        String name = start < 0 ? "" : path.substring(start + MODELS.length());
        return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Predicate<String> allowed(Gateway current, HttpServerRequest request) {
        return current.keys()
                .find(request.getHeader("Authorization"), request.getHeader("x-api-key"))
                .<Predicate<String>>map(client -> client::mayUse)
                .orElse(model -> true);
    }

    private static byte[] list(Gateway current, Set<String> models) {
        ObjectNode body = Json.object().put("object", "list");
        ArrayNode data = body.putArray("data");
        models.forEach(model -> data.add(model(current, model)));
        return Json.bytes(body);
    }

    private static byte[] one(Gateway current, Set<String> models, String asked) throws RequestEnded {
        if (!models.contains(asked)) {
            throw RequestEnded.with(
                    404,
                    ApiError.invalidRequest(
                            "The model '" + Printable.of(asked) + "' is not served here.", "model", "model_not_found"));
        }
        return Json.bytes(model(current, asked));
    }

    private static ObjectNode model(Gateway current, String model) {
        return Json.object()
                .put("id", model)
                .put("object", "model")
                .put("created", current.started().getEpochSecond())
                .put("owned_by", "loom");
    }
}
