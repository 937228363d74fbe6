package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link Responses} whose answers are kept, so that a later request can go on from one by its id. */
public final class KeptResponses implements OpenAiSurface {

    private final Responses language = new Responses();
    private final RecentResponses recent;

    public KeptResponses(RecentResponses recent) {
        this.recent = recent;
    }

    @Override
    public String name() {
        return language.name();
    }

    @Override
    public byte[] passedOn(byte[] body) {
        return language.passedOn(body);
    }

    @Override
    public ClientRequest read(RawRequest request) throws InvalidRequest {
        ResponsesRequest asked = language.read(request);
        ArrayNode before = Json.array();
        String previous = asked.previousResponseId();
        if (previous != null && recent.isOn()) {
            before = recent.conversation(previous, request.caller(), request.received());
            if (before == null) {
                throw new InvalidRequest(ApiError.invalidRequest(
                        "Previous response with id '" + previous + "' not found. Responses are kept for a while, in the"
                                + " memory of the gateway; send the whole conversation as 'input' instead.",
                        "previous_response_id",
                        "previous_response_not_found"));
            }
            asked = asked.after(before.deepCopy());
        }
        return recent.isOn() && asked.store() ? new Kept(request, asked, before) : asked;
    }

    private final class Kept implements ClientRequest {

        /** Bytes that tell which event it is. */
        private static final int LONGEST_NAME = 40;

        private final RawRequest raw;
        private final ResponsesRequest asked;
        private final ArrayNode before;

        Kept(RawRequest raw, ResponsesRequest asked, ArrayNode before) {
            this.raw = raw;
            this.asked = asked;
            this.before = before;
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
        public byte[] answer(byte[] completion) {
            byte[] response = asked.answer(completion);
            keep((ObjectNode) Json.lenient(response));
            return response;
        }

        @Override
        public StreamWriter stream(Consumer<byte[]> out) {
            return asked.stream(event -> {
                out.accept(event);
                look(event);
            });
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
            recent.keep(raw.caller(), raw.received(), before, asked.items(), response);
        }
    }
}
