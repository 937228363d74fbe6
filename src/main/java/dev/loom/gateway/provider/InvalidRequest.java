package dev.loom.gateway.provider;

/** The client's request cannot be understood; answered with a 400 that names the field. */
public final class InvalidRequest extends Exception {

    private final int status;
    private final transient ApiError error;

    public InvalidRequest(ApiError error) {
        this(400, error);
    }

    /** @param status of the answer: 404 where its path names nothing that there is */
    public InvalidRequest(int status, ApiError error) {
        super(error.message(), null, false, false);
        this.status = status;
        this.error = error;
    }

    public int status() {
        return status;
    }

    public ApiError error() {
        return error;
    }
}
