package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.client.ServedModel;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.client.surfaces.Surfaces;
import dev.loom.gateway.config.ModelConfig;
import dev.loom.gateway.provider.ApiError;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomListModels}: the models that this client may ask for, all of them or the one in the path. */
public final class ListModels implements Processor {

    private static final String MODELS = "/models/";

    private final Supplier<Gateway> gateway;

    private final ModelLists lists;

    public ListModels(Supplier<Gateway> gateway, ModelLists lists) {
        this.gateway = gateway;
        this.lists = lists;
    }

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        Passage passage = Passage.of(exchange);
        Gateway current = gateway.get();
        Predicate<String> allowed = allowed(current, passage.request());
        Surface surface = Surfaces.spokenBy(passage.request().path(), passage.request()::getHeader);
        String asked = asked(passage.request().path());
        exchange.getMessage()
                .setBody(Reply.json(
                        200,
                        asked.isEmpty()
                                ? surface.models(
                                        current.planner().servedModels(provider -> lists.of(current, provider)).stream()
                                                .filter(allowed)
                                                .map(model -> served(current, model))
                                                .toList(),
                                        passage.request()::getParam)
                                : one(surface, current, allowed, asked)));
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

    private byte[] one(Surface surface, Gateway current, Predicate<String> allowed, String asked) throws RequestEnded {
        if (!allowed.test(asked) || !current.planner().serves(asked)) {
            throw RequestEnded.with(
                    404,
                    ApiError.invalidRequest(
                            "The model '" + Printable.of(asked) + "' is not served here.", "model", "model_not_found"));
        }
        return surface.model(served(current, asked));
    }

    private static ServedModel served(Gateway current, String model) {
        ModelConfig known = current.config().providers().stream()
                .map(provider -> provider.model(model))
                .filter(entry -> entry.context() != null || entry.maxOutput() != null)
                .findFirst()
                .orElse(ModelConfig.named(model));
        return new ServedModel(model, current.started(), "loom", known.context(), known.maxOutput());
    }
}
