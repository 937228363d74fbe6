package dev.loom.gateway.routing;

import dev.loom.gateway.provider.ApiError;

/** No provider is eligible for the client's model; answered with a 404. */
public final class ModelNotServed extends Exception {

    private final transient ApiError error;

    ModelNotServed(ApiError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    public ApiError error() {
        return error;
    }
}
