package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Holders;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
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
    public List<List<String>> outputBound() {
        return language.outputBound();
    }

    @Override
    public byte[] passedOn(byte[] body) {
        return language.passedOn(body);
    }

    @Override
    public ClientRequest read(RawRequest request) throws InvalidRequest {
        ResponsesRequest asked = language.read(request);
        String previous = asked.previousResponseId();
        if (previous == null) {
            return new Kept(request, asked, Json.array(), null);
        }
        String holder = holders.of(previous, request.caller(), request.received());
        ArrayNode before = holder == null ? recent.conversation(previous, request.caller(), request.received()) : null;
        if (before != null) {
            return new Kept(request, asked.after(before.deepCopy()), before, null);
        }
        if (holders.isAnothers(previous, request.caller(), request.received())) {
            throw new InvalidRequest(ApiError.invalidRequest(
                    "Previous response with id '" + previous + "' not found.",
                    "previous_response_id",
                    "previous_response_not_found"));
        }
        // Where nobody is known to have it, perhaps a provider that has responses of its own does; others refuse.
        return new Kept(request, asked, null, holder);
    }

    private final class Kept implements ClientRequest {

        /** Bytes that tell which event it is. */
        private static final int LONGEST_NAME = 40;

        private final RawRequest raw;
        private final ResponsesRequest asked;
        private final @Nullable ArrayNode before;
        private final @Nullable String holder;
        private boolean noted;

        /** @param before the conversation so far; null where it is not known here */
        Kept(RawRequest raw, ResponsesRequest asked, @Nullable ArrayNode before, @Nullable String holder) {
            this.raw = raw;
            this.asked = asked;
            this.before = before;
            this.holder = holder;
        }

        @Override
        public @Nullable String holder() {
            return holder;
        }

        /** The whole response, or the first event of it, has the id. */
        @Override
        public void passed(String provider, byte[] data) {
            if (!noted) {
                noted = true;
                JsonNode json = Json.lenient(data);
                String id = (json.has("response") ? json.path("response") : json)
                        .path("id")
                        .asText("");
                holders.note(id, provider, raw.caller(), raw.received());
            }
        }

        @Override
        public ApiRequest hub() {
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
            return asked.mayPass(request);
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
