package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.camel.port.Memory;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.client.ServedModel;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.client.surfaces.Surfaces;
import dev.loom.gateway.config.ModelConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** {@code loomListModels}: the models that this client may ask for, all of them or the one in the path. */
public final class ListModels implements Processor {

    private static final String MODELS = "/models/";

    /** Bytes that a model takes in a list: its JSON, and the tree that this is made of. */
    private static final long EACH = 1 << 10;

    private final Supplier<Gateway> gateway;

    private final Memory memory;
    private final ModelLists lists;
    private volatile @Nullable Known last;

    public ListModels(Supplier<Gateway> gateway, Memory memory, ModelLists lists) {
        this.gateway = gateway;
        this.memory = memory;
        this.lists = lists;
    }

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        Passage passage = Passage.of(exchange);
        Gateway current = gateway.get();
        Optional<ClientKeys.Client> client = current.keys().find(passage.request());
        Surface surface = Surfaces.spokenBy(passage.request().path(), passage.request()::getHeader);
        String asked = asked(passage.request().path());
        exchange.getMessage()
                .setBody(Reply.json(
                        200,
                        asked.isEmpty()
                                ? all(surface, current, client, passage.request())
                                : one(surface, current, allowed(client), asked)));
    }

    private byte[] all(Surface surface, Gateway current, Optional<ClientKeys.Client> client, HttpServerRequest request)
            throws RequestEnded {
        Set<String> names = current.planner().servedModels(provider -> lists.of(current, provider));
        List<String> limits = client.map(known -> known.key().models()).orElse(List.of());
        Question question = new Question(current, surface, String.valueOf(request.query()), names, limits);
        try (Memory.Share share = memory.share()) {
            share.require(EACH * names.size());
            Known known = last;
            if (known == null || !known.question.equals(question)) {
                List<ServedModel> models = names.stream()
                        .filter(allowed(client))
                        .map(model -> served(current, model))
                        .toList();
                known = new Known(question, surface.models(models, request::getParam));
                last = known;
            }
            return known.answer;
        } catch (InvalidRequest e) {
            throw RequestEnded.with(e);
        }
    }

    /** @param limits entries of the models that the client's key may use; empty for all */
    private record Question(Gateway gateway, Surface language, String query, Set<String> names, List<String> limits) {}

    /** Whoever asks again, as probes do, is told the same: with thousands of models, saying it takes milliseconds. */
    private record Known(Question question, byte[] answer) {}

    /** The rest of the path: a model's name may have slashes in it, as they are or encoded. Empty for all models. */
    private static String asked(String path) {
        int start = path.indexOf(MODELS);
        String name = start < 0 ? "" : path.substring(start + MODELS.length());
        return Received.path(name);
    }

    private static Predicate<String> allowed(Optional<ClientKeys.Client> client) {
        return client.<Predicate<String>>map(known -> known::mayUse).orElse(model -> true);
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
