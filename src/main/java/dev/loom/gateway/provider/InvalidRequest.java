package dev.loom.gateway.provider;

/** The client's request cannot be understood; answered with a 400 that names the field. */
public final class InvalidRequest extends Exception {

    private final transient ApiError error;

    public InvalidRequest(ApiError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    public ApiError error() {
        return error;
    }
}
