package dev.loom.gateway.camel;

import dev.loom.gateway.provider.Failure;

/** A step of a Camel flow asked a model and got no answer. */
public final class ChatFailed extends Exception {

    private final int status;

    public ChatFailed(int status, String error) {
        super("The model did not answer (" + status + "): " + error);
        this.status = status;
    }

    /** What a provider's failure is to a flow that has asked no other one. */
    public static ChatFailed of(Failure failure) {
        return new ChatFailed(status(failure), failure.error().message());
    }

    /** A provider that refuses our key, say, is not the caller's fault, whatever its status says. */
    private static int status(Failure failure) {
        return switch (failure.outcome()) {
            case RATE_LIMITED -> 429;
            case MODEL_GONE -> 404;
            case CREDENTIAL, QUOTA -> 502;
            case CONTEXT_LENGTH, UNSUPPORTED_HERE, CALLER_FAULT -> failure.status() >= 400 ? failure.status() : 400;
            default -> failure.timeout() ? 504 : 503;
        };
    }

    /** The HTTP status that a client of the gateway would have got. */
    public int status() {
        return status;
    }
}
