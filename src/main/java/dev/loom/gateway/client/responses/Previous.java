package dev.loom.gateway.client.responses;

import dev.loom.gateway.client.Mentions;
import dev.loom.gateway.provider.ApiError;

/** The response that a request goes on from. */
final class Previous {

    private Previous() {}

    /** In the API's own words, which agents look for: they send the whole conversation then. */
    static ApiError notFound(String id) {
        return ApiError.invalidRequest(
                "Previous response with id '" + Mentions.shown(id) + "' not found.",
                "previous_response_id",
                "previous_response_not_found");
    }
}
