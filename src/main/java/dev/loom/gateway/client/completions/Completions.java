package dev.loom.gateway.client.completions;

import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.List;

/** {@code POST /v1/completions}: the text to go on with is what the user says in a chat. */
public final class Completions implements OpenAiSurface {

    @Override
    public String name() {
        return "completions";
    }

    @Override
    public List<List<String>> outputBound() {
        return List.of(List.of("max_tokens"));
    }

    @Override
    public ClientRequest read(RawRequest request) throws InvalidRequest {
        return new CompletionRequest(new RequestReader(request), request.received());
    }
}
