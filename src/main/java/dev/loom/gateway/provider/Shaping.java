package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RequestConfig;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The last changes to a request before it is sent: those of the provider's family, then the provider's own, then the
 * model's, as {@code docs/providers/requests.md} says.
 */
public final class Shaping {

    /** Whose body is the client's own, so that a look at that tells whether there is anything to change. */
    private static final Set<String> PASS_ON = Set.of("openai", "azure");

    private static final Shaping NOTHING = new Shaping(List.of());

    private final List<? extends Change> changes;

    private Shaping(List<? extends Change> changes) {
        this.changes = changes;
    }

    static Shaping of(ChatRequest request, Target target) {
        List<? extends Change> all = all(request, target);
        boolean passedOn = PASS_ON.contains(target.provider().type());
        return all.isEmpty() || (passedOn && noneChanges(all, request)) ? NOTHING : new Shaping(all);
    }

    private static boolean noneChanges(List<? extends Change> all, ChatRequest request) {
        for (Change some : all) {
            if (some.mayChange(request)) {
                return false;
            }
        }
        return true;
    }

    static Shaping of(EmbeddingsRequest request, Target target) {
        return new Shaping(all(request, target));
    }

    /** Every change by rules that may be made to a request, one after another. */
    public static List<RequestConfig> rules(ApiRequest request, Target target) {
        return all(request, target).stream()
                .filter(Rules.class::isInstance)
                .map(change -> ((Rules) change).config())
                .toList();
    }

    /** The rules of a family and of a provider are made for chats; those of a model hold for all that it is asked. */
    private static List<? extends Change> all(ApiRequest request, Target target) {
        ProviderConfig provider = target.provider();
        RequestConfig model = provider.model(target.model()).request();
        if (!(request instanceof ChatRequest)) {
            return Rules.of(model);
        }
        List<Change> known = target.quirks().changes(target.model(), request.model());
        List<Rules> own = Rules.of(provider.request(), model);
        return own.isEmpty()
                ? known
                : Stream.concat(known.stream(), own.stream()).toList();
    }

    UpstreamRequest apply(UpstreamRequest request) {
        return changes.isEmpty() ? request : request.withBodies(this::apply);
    }

    private byte[] apply(byte[] body) {
        if (!(Json.lenient(body) instanceof ObjectNode json)) {
            return body;
        }
        changes.forEach(change -> change.applyTo(json));
        return Json.bytes(json);
    }
}
