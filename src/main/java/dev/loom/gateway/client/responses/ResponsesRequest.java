package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AnswerReader;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.client.TranslatedRequest;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request for a response. One that continues an earlier response says so by its id: whoever keeps responses looks it
 * up and asks again, {@link #after} its items; as long as nobody does, {@link #unsaid} tells of it.
 */
public final class ResponsesRequest extends TranslatedRequest {

    private final Value in;
    private final Instant received;
    private final RequestReader reader;
    private final boolean continued;

    private ResponsesRequest(Value in, RequestReader reader, Instant received, boolean continued)
            throws InvalidRequest {
        super(reader.hub(), received);
        this.in = in;
        this.reader = reader;
        this.received = received;
        this.continued = continued;
    }

    static ResponsesRequest read(Value in, Instant received) throws InvalidRequest {
        return new ResponsesRequest(in, RequestReader.read(in, null), received, false);
    }

    /** The earlier response that this one continues; null where it begins a conversation. */
    public @Nullable String previousResponseId() {
        return in.at("previous_response_id").json().textValue();
    }

    /** True if the response is to be kept, so that a later one can continue it. */
    public boolean store() {
        return in.at("store").json().asBoolean(true);
    }

    /** The items of this request's own input, a plain text as the message that it is. */
    public ArrayNode items() {
        if (in.at("input").json() instanceof ArrayNode items) {
            return items.deepCopy();
        }
        if (!in.at("input").isSet()) {
            return Json.array();
        }
        ObjectNode message = Json.object().put("type", "message").put("role", "user");
        message.putArray("content")
                .addObject()
                .put("type", "input_text")
                .put("text", in.at("input").json().asText());
        return Json.array().add(message);
    }

    /**
     * The same request, continuing a conversation.
     *
     * @param earlier the items before this request's, inputs and outputs in their order
     * @throws InvalidRequest if they do not make a conversation
     */
    public ResponsesRequest after(ArrayNode earlier) throws InvalidRequest {
        return new ResponsesRequest(in, RequestReader.read(in, earlier), received, true);
    }

    /** One that goes on from what is kept here is known here only. */
    @Override
    public boolean mayPass(RawRequest raw) {
        return !continued;
    }

    @Override
    public byte[] answer(byte[] completion) {
        Response response = new Response(reader.envelope(), reader.toolNames());
        AnswerReader.read(completion, response, promptTokens());
        return response.toBytes();
    }

    @Override
    public StreamWriter stream(Consumer<byte[]> out) {
        Events events = new Events(out);
        return new AnswerReader(new ResponseEvents(events, reader.envelope(), reader.toolNames()), promptTokens());
    }
}
