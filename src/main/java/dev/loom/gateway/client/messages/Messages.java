package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.ErrorAnswer;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.ServedModel;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.client.TokenCount;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.util.List;
import java.util.Map;

/** {@code POST /v1/messages}, {@code POST /v1/messages/count_tokens} and {@code GET /v1/models} as Anthropic has them. */
public final class Messages implements Surface {

    @Override
    public String name() {
        return "messages";
    }

    @Override
    public ClientRequest read(RawRequest request) throws InvalidRequest {
        return new MessagesRequest(request);
    }

    /**
     * A question for the length of a prompt.
     *
     * @throws InvalidRequest if it is not well formed
     */
    public TokenCount readCount(RawRequest request) throws InvalidRequest {
        return new TokenCount(
                new RequestReader(request).read(false).build(request.received()),
                tokens -> Json.bytes(Json.object().put("input_tokens", tokens)));
    }

    @Override
    public byte[] passedOn(byte[] body) {
        return Foreign.removedFrom(body);
    }

    @Override
    public List<List<String>> outputBound() {
        return List.of(List.of("max_tokens"));
    }

    @Override
    public ErrorAnswer error(int status, ApiError error, ObjectNode more, String requestId) {
        return Errors.answer(status, error, more, requestId);
    }

    @Override
    public void tell(JsonNode error, Events events) {
        events.named("error", error);
    }

    @Override
    public Map<String, String> headers(String requestId) {
        return Map.of("request-id", requestId);
    }

    @Override
    public byte[] models(List<ServedModel> models, Lookup query) {
        return ModelCards.list(models, query);
    }

    @Override
    public byte[] model(ServedModel model) {
        return Json.bytes(ModelCards.card(model));
    }
}
