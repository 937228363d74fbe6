package dev.loom.gateway.client.gemini;

import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;

/**
 * What the path and the query say of a request.
 *
 * @param model a name, which may have slashes and colons in it
 * @param sse true if a stream is to be one of server-sent events, else it is a JSON array
 */
record Action(String model, String method, boolean sse) {

    private static final String MODELS = "/models/";

    /** @throws InvalidRequest if the path names no model and method */
    static Action of(RawRequest request) throws InvalidRequest {
        int start = request.path().indexOf(MODELS);
        int colon = request.path().lastIndexOf(':');
        if (start < 0 || colon <= start + MODELS.length()) {
            throw new InvalidRequest(
                    404,
                    ApiError.invalidRequest(
                            "The path must name a model and a method, as in /v1beta/models/gemini-2.5-flash:generateContent.",
                            null,
                            null));
        }
        return new Action(
                request.path().substring(start + MODELS.length(), colon),
                request.path().substring(colon + 1),
                "sse".equals(request.query().get("alt")));
    }

    /** As at Google's, where a method that it does not know is a path that it does not have. */
    InvalidRequest unknown() {
        return new InvalidRequest(
                404,
                ApiError.invalidRequest(
                        "There is no method '" + method + "' of models here. There are generateContent,"
                                + " streamGenerateContent, countTokens, embedContent and batchEmbedContents.",
                        null,
                        null));
    }

    boolean stream() {
        return method.startsWith("stream");
    }
}
