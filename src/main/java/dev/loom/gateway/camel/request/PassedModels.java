package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.client.passed.PassedOn;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;

/**
 * What a key for some models may send on the paths that pass. On most of those that hold something, models are named in
 * files or nowhere, so that nobody can check them; and a list there shows what other clients have.
 */
final class PassedModels {

    /** Whose requests say which model they use. */
    private static final Set<String> NAMING = Set.of("moderations", "rerank", "audio", "images");

    private static final String COMPACT = "/v1/responses/compact";

    private PassedModels() {}

    /** @throws RequestEnded with 403 where it is not known to be for the key's models alone */
    static void check(ClientKeys.Client client, ApiRequest request, PassedOn on, HttpServerRequest http)
            throws RequestEnded {
        boolean naming = NAMING.contains(request.surface()) || http.path().equals(COMPACT);
        boolean ownResponse = !naming && request.surface().equals("responses") && on.own();
        if (!ownResponse && (!naming || request.model().isEmpty())) {
            throw RequestEnded.with(
                    403,
                    ApiError.invalidRequest(
                            "This API key is for some models only, and "
                                    + (naming
                                            ? "the request names no model. Name one in 'model'."
                                            : "nobody can check which model a request to " + http.path()
                                                    + " uses. It needs a key without 'models'."),
                            naming ? "model" : null,
                            "model_not_allowed"));
        }
        if (naming) {
            AcceptRequest.checkAllowed(client, request.model());
            AcceptRequest.checkNamed(client, request.body(), false);
        }
        for (String model : http.params().getAll("model")) {
            AcceptRequest.checkAllowed(client, model);
        }
    }
}
