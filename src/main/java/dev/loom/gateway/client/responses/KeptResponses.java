package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.Holders;
import dev.loom.gateway.client.Holders.Holder;
import dev.loom.gateway.client.Mentions;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.client.TokenCount;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link Responses} that a later request can go on from by their ids: those that were translated are kept here, of those
 * that passed it is known which provider has them.
 */
public final class KeptResponses implements OpenAiSurface {

    private final Responses language = new Responses();
    private final RecentResponses recent;
    private final Holders holders;

    public KeptResponses(RecentResponses recent, Holders holders) {
        this.recent = recent;
        this.holders = holders;
    }

    @Override
    public String name() {
        return language.name();
    }

    @Override
    public void tell(JsonNode error, Events events) {
        language.tell(error, events);
    }

    @Override
    public List<List<String>> outputBound() {
        return language.outputBound();
    }

    @Override
    public byte[] passedOn(byte[] body) {
        return language.passedOn(body);
    }

    @Override
    public ClientRequest read(RawRequest request) throws InvalidRequest {
        return kept(request);
    }

    private Kept kept(RawRequest request) throws InvalidRequest {
        References references = References.resolved(request, recent);
        List<String> elsewhere = Mentions.in(request.body());
        elsewhere.addAll(references.unknown());
        String holder = Mentions.holder(elsewhere, holders, request);
        ResponsesRequest asked = language.read(references.request());
        String previous = asked.previousResponseId();
        if (previous == null) {
            return new Kept(references, asked, Json.array(), holder);
        }
        ArrayNode before = recent.conversation(previous, request.caller(), request.received(), request.room());
        if (before != null) {
            return new Kept(references, asked.after(before.deepCopy()), before, holder);
        }
        // Where nobody is known to have it, perhaps a provider that has responses of its own does; others refuse.
        String its = holderOf(previous, request);
        return new Kept(references, asked, null, its == null ? holder : its);
    }

    /**
     * Of the conversation so far as well, where it is kept here; what a provider keeps is not counted.
     *
     * @throws InvalidRequest also where nobody is known to have it
     */
    public TokenCount readCount(RawRequest request) throws InvalidRequest {
        Kept whole = kept(request);
        String previous = whole.asked.previousResponseId();
        if (previous != null && whole.before == null && whole.holder == null) {
            throw new InvalidRequest(Previous.notFound(previous));
        }
        return Responses.count(whole.hub());
    }

    private @Nullable String holderOf(String previous, RawRequest request) throws InvalidRequest {
        Holder holder = holders.find(List.of(previous), request.received()).get(previous);
        if (holder == null ? request.knownOnly() : !holder.isFor(request.caller())) {
            throw new InvalidRequest(Previous.notFound(previous));
        }
        return holder == null ? null : holder.provider();
    }

    private final class Kept implements ClientRequest {

        /** Bytes that tell which event it is. */
        private static final int LONGEST_NAME = 40;

        /** Of one answer: far more items than models make, and few beside all that are known. */
        private static final int MOST_NOTED = 256;

        private final RawRequest raw;
        private final ResponsesRequest asked;
        private final boolean resolved;
        private final @Nullable ArrayNode before;
        private final @Nullable String holder;
        private int noted;

        /** @param before the conversation so far; null where it is not known here */
        Kept(References references, ResponsesRequest asked, @Nullable ArrayNode before, @Nullable String holder) {
            this.raw = references.request();
            this.resolved = references.found();
            this.asked = asked;
            this.before = before;
            this.holder = holder;
        }

        @Override
        public @Nullable String holder() {
            return holder;
        }

        /** The whole response, or the first event of it, has its id, and events of items have theirs. */
        @Override
        public void passed(String provider, byte[] data) {
            String start = new String(data, 0, Math.min(data.length, LONGEST_NAME), StandardCharsets.US_ASCII);
            if (start.contains(".delta\"")) {
                return; // most events, of which none has an id of its own
            }
            JsonNode json = Json.lenient(data);
            JsonNode response = json.has("response") ? json.path("response") : json;
            note(response, provider);
            note(response.path("conversation"), provider);
            response.path("output").forEach(item -> noteItem(item, provider));
            noteItem(json.path("item"), provider);
        }

        /** Code ran in a container, which later code can go on in. */
        private void noteItem(JsonNode item, String provider) {
            note(item, provider);
            note(item.path("container_id").asText(""), provider);
        }

        private void note(JsonNode made, String provider) {
            note(made.path("id").asText(""), provider);
        }

        private void note(String id, String provider) {
            if (!id.isEmpty() && noted++ < MOST_NOTED) {
                holders.note(id, provider, raw.caller(), raw.received());
            }
        }

        @Override
        public ChatRequest hub() {
            return asked.hub();
        }

        @Override
        public @Nullable UnsupportedRequest unsaid() {
            return asked.unsaid();
        }

        @Override
        public ApiError inClientsWords(ApiError error) {
            return asked.inClientsWords(error);
        }

        @Override
        public boolean mayPass(RawRequest request) {
            return !resolved && asked.mayPass(request);
        }

        @Override
        public byte[] answer(byte[] completion) {
            byte[] response = asked.answer(completion);
            if (isKept()) {
                keep((ObjectNode) Json.lenient(response));
            }
            return response;
        }

        @Override
        public StreamWriter stream(Consumer<byte[]> out) {
            return asked.stream(event -> {
                out.accept(event);
                if (isKept()) {
                    look(event);
                }
            });
        }

        private boolean isKept() {
            return before != null && recent.isOn() && asked.store();
        }

        /** The last event of a stream has the whole response. */
        private void look(byte[] event) {
            String start = new String(event, 0, Math.min(event.length, LONGEST_NAME), StandardCharsets.US_ASCII);
            if (start.startsWith("event: response.completed") || start.startsWith("event: response.incomplete")) {
                String text = new String(event, StandardCharsets.UTF_8);
                byte[] data = text.substring(text.indexOf('{')).getBytes(StandardCharsets.UTF_8);
                keep((ObjectNode) Json.lenient(data).path("response"));
            }
        }

        private void keep(ObjectNode response) {
            recent.keep(raw.caller(), raw.received(), Objects.requireNonNull(before), asked.items(), response);
        }
    }
}
