package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.TokenCount;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.util.List;

/** {@code POST /v1/responses} and {@code POST /v1/responses/input_tokens}. */
public final class Responses implements OpenAiSurface {

    @Override
    public String name() {
        return "responses";
    }

    @Override
    public ResponsesRequest read(RawRequest request) throws InvalidRequest {
        return ResponsesRequest.read(Value.body(request.body(), Value.Notation.BRACKETS), request.received());
    }

    /**
     * A question for the length of a prompt.
     *
     * @throws InvalidRequest if it is not well formed
     */
    public TokenCount readCount(RawRequest request) throws InvalidRequest {
        return count(read(request).hub());
    }

    static TokenCount count(ChatRequest hub) {
        return new TokenCount(
                hub,
                tokens -> Json.bytes(
                        Json.object().put("object", "response.input_tokens").put("input_tokens", tokens)));
    }

    @Override
    public void tell(JsonNode error, Events events) {
        events.named("error", ErrorEvent.of(0, error.path("error")));
    }

    @Override
    public List<List<String>> outputBound() {
        return List.of(List.of("max_output_tokens"));
    }

    @Override
    public byte[] passedOn(byte[] body) {
        return Foreign.removedFrom(body);
    }
}
