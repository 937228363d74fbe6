package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.client.ServedModel;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.client.surfaces.Surfaces;
import dev.loom.gateway.provider.ApiError;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomListModels}: the models that this client may ask for, all of them or the one in the path. */
public final class ListModels implements Processor {

    private static final String MODELS = "/models/";

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
        Surface surface = Surfaces.spokenBy(passage.request().path(), passage.request()::getHeader);
        String asked = asked(passage.request().path());
        exchange.getMessage()
                .setBody(Reply.json(
                        200,
                        asked.isEmpty()
                                ? surface.models(models.stream()
                                        .map(model -> served(current, model))
                                        .toList())
                                : one(surface, current, models, asked)));
    }

    /** The rest of the path: a model's name may have slashes in it, as they are or encoded. Empty for all models. */
    private static String asked(String path) {
        int start = path.indexOf(MODELS);
        String name = start < 0 ? "" : path.substring(start + MODELS.length());
        return Received.path(name);
    }

    private static Predicate<String> allowed(Gateway current, HttpServerRequest request) {
        return current.keys()
                .find(request)
                .<Predicate<String>>map(client -> client::mayUse)
                .orElse(model -> true);
    }

    private static byte[] one(Surface surface, Gateway current, Set<String> models, String asked) throws RequestEnded {
        if (!models.contains(asked)) {
            throw RequestEnded.with(
                    404,
                    ApiError.invalidRequest(
                            "The model '" + Printable.of(asked) + "' is not served here.", "model", "model_not_found"));
        }
        return surface.model(served(current, asked));
    }

    private static ServedModel served(Gateway current, String model) {
        return new ServedModel(model, current.started(), "loom", null, null);
    }
}
