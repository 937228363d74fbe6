package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RequestConfig;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The last changes to a request before it is sent: those of the provider's family, then the provider's own, then the
 * model's, as {@code docs/providers/requests.md} says.
 */
public final class Shaping {

    /** Whose body is the client's own, so that a look at that tells whether there is anything to change. */
    private static final Set<String> PASS_ON = Set.of("openai", "azure");

    private final List<Rules> rules;

    private Shaping(List<Rules> rules) {
        this.rules = rules;
    }

    static Shaping of(ChatRequest request, Target target) {
        List<Rules> all = all(request, target);
        Predicate<JsonPath> mayHave = path -> request.mayHave(path.steps());
        return new Shaping(
                PASS_ON.contains(target.provider().type()) && all.stream().noneMatch(some -> some.mayChange(mayHave))
                        ? List.of()
                        : all);
    }

    static Shaping of(EmbeddingsRequest request, Target target) {
        return new Shaping(all(request, target));
    }

    /** Every change that may be made to a request, one after another. */
    public static List<RequestConfig> rules(ApiRequest request, Target target) {
        return all(request, target).stream().map(Rules::config).toList();
    }

    /** The rules of a family and of a provider are made for chats; those of a model hold for all that it is asked. */
    private static List<Rules> all(ApiRequest request, Target target) {
        ProviderConfig provider = target.provider();
        RequestConfig model = provider.model(target.model()).request();
        if (!(request instanceof ChatRequest)) {
            return Rules.of(model);
        }
        List<Rules> known = target.quirks().family().rules(target.model(), request.model());
        List<Rules> own = Rules.of(provider.request(), model);
        return own.isEmpty()
                ? known
                : Stream.concat(known.stream(), own.stream()).toList();
    }

    UpstreamRequest apply(UpstreamRequest request) {
        return rules.isEmpty() ? request : request.withBodies(this::apply);
    }

    private byte[] apply(byte[] body) {
        if (!(Json.lenient(body) instanceof ObjectNode json)) {
            return body;
        }
        rules.forEach(some -> some.applyTo(json));
        return Json.bytes(json);
    }
}
