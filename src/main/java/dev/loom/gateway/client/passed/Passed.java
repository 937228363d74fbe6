package dev.loom.gateway.client.passed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Holders;
import dev.loom.gateway.client.Mentions;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.PassedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who gets what passes: whoever is named, or holds what it is about, or anybody. */
public final class Passed {

    /** Under which nothing is known to anybody but who made it. */
    private static final String RESPONSES = "responses";

    private static final String COMPACT = "/responses/compact";

    /** Whose paths name what a client has made, in the part behind the name of the collection. */
    private static final Pattern NAMED =
            Pattern.compile("/(?:responses|files|batches|uploads|vector_stores|fine_tuning/jobs)/([^/?]+).*");

    /**
     * Whose request it is.
     *
     * @param name of the client's key; null where no key is asked for
     * @param pinned the provider that the client has named; null where it has named none
     * @param knownOnly true if the client may name only what is known to be its own
     */
    public record Caller(@Nullable String name, @Nullable String pinned, boolean knownOnly) {}

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
     * @return null where it is about what nobody here knows, or what is another caller's
     * @throws InvalidRequest if it names too many ids
     */
    public @Nullable PassedOn on(PassedRequest request, Caller caller, Instant now) throws InvalidRequest {
        String holder = caller.pinned();
        Map<String, Holders.Holder> all = holders.find(ids(request), now);
        for (Holders.Holder known : all.values()) {
            if (!known.isFor(caller.name())) {
                return null;
            }
            holder = known.provider();
        }
        String named = named(request);
        boolean response = request.surface().equals(RESPONSES);
        boolean unknown = (response && !named.isEmpty() && holder == null)
                || (caller.knownOnly() && !all.keySet().containsAll(mentioned(request, named)));
        Duration kept = response ? Holders.KEPT : Holders.KEPT_LONG;
        return unknown
                ? null
                : new PassedOn(
                        request,
                        holder,
                        all.containsKey(named),
                        (provider, id) -> holders.note(id, provider, caller.name(), now, kept));
    }

    /** What its path is about; empty where that is nothing that was made. */
    private static String named(PassedRequest request) {
        Matcher path = NAMED.matcher(request.path());
        return path.matches() && !request.path().startsWith(COMPACT) ? path.group(1) : "";
    }

    /** What the provider would take for an id, in the path, in a form and in a JSON body. */
    private static List<String> mentioned(PassedRequest request, String named) {
        List<String> ids = new ArrayList<>();
        if (!named.isEmpty()) {
            ids.add(named);
        }
        request.content().fields().stream()
                .filter(field -> Mentions.isField(field.getKey()))
                .forEach(field -> ids.add(field.getValue()));
        byte[] json = request.content().json();
        if (json != null && json.length > 0) {
            ids.addAll(Mentions.in(json));
            JsonNode body = Json.lenient(json);
            mention(body.path("previous_response_id"), ids);
            body.path("input").forEach(item -> {
                if (item.path("type").asText().equals("item_reference")) {
                    mention(item.path("id"), ids);
                }
            });
        }
        return ids;
    }

    private static void mention(JsonNode id, List<String> ids) {
        if (id.isTextual()) {
            ids.add(id.textValue());
        }
    }

    /** All that looks like one, in the path, in a form and in a JSON body. */
    private static List<String> ids(PassedRequest request) {
        List<String> ids = new ArrayList<>();
        for (String part : request.path().split("[/?&=]", -1)) {
            add(part, ids);
        }
        request.content().fields().forEach(field -> add(field.getValue(), ids));
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
