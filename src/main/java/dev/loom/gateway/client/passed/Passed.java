package dev.loom.gateway.client.passed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Holders;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.PassedRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who gets what passes: whoever is named, or holds what it is about, or anybody. */
public final class Passed {

    /** Under which nothing is known to anybody but who made it. */
    private static final String RESPONSES = "responses";

    private static final String COMPACT = "/responses/compact";

    private final Holders holders;

    public Passed(Holders holders) {
        this.holders = holders;
    }

    /** The language of an answer, by the path below the version. */
    public Surface named(String path) {
        return new Named(path.substring(1).split("/", 2)[0]);
    }

    /**
     * The request on its way.
     *
     * @param pinned the provider that the client has named; null where it has named none
     * @param caller the name of the client's key; null where no key is asked for
     * @return null where it is about what nobody here knows, or what is another caller's
     * @throws InvalidRequest if it names too many ids
     */
    public @Nullable PassedOn on(PassedRequest request, @Nullable String pinned, @Nullable String caller, Instant now)
            throws InvalidRequest {
        String holder = pinned;
        Map<String, Holders.Holder> all = holders.find(ids(request), now);
        for (Holders.Holder known : all.values()) {
            if (!known.isFor(caller)) {
                return null;
            }
            holder = known.provider();
        }
        boolean mustBeKnown =
                request.surface().equals(RESPONSES) && !request.path().startsWith(COMPACT);
        return mustBeKnown && holder == null
                ? null
                : new PassedOn(
                        request,
                        holder,
                        all.containsKey(named(request)),
                        (provider, id) -> holders.note(id, provider, caller, now));
    }

    /** The second part of the path; empty where it has none. */
    private static String named(PassedRequest request) {
        String[] parts = request.path().split("[/?]", 4);
        return parts.length > 2 ? parts[2] : "";
    }

    /** All that looks like one, in the path and in a JSON body. */
    private static List<String> ids(PassedRequest request) {
        List<String> ids = new ArrayList<>();
        for (String part : request.path().split("[/?&=]", -1)) {
            add(part, ids);
        }
        byte[] json = request.content().json();
        if (json != null && json.length > 0) {
            gather(Json.lenient(json), ids);
        }
        return ids;
    }

    private static void gather(JsonNode node, List<String> ids) {
        if (node.isTextual()) {
            add(node.textValue(), ids);
        }
        node.forEach(child -> gather(child, ids));
    }

    private static void add(String text, List<String> ids) {
        if (Holders.couldBe(text)) {
            ids.add(text);
        }
    }

    private record Named(String name) implements OpenAiSurface {

        @Override
        public ClientRequest read(RawRequest request) {
            throw new UnsupportedOperationException("What passes is not read");
        }
    }
}
