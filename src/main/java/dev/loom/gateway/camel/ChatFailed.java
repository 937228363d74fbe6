package dev.loom.gateway.camel;

/** A step of a Camel flow asked a model and got no answer. */
public final class ChatFailed extends Exception {

    private final int status;

    ChatFailed(int status, String error) {
        super("The model did not answer (" + status + "): " + error);
        this.status = status;
    }

    /** The HTTP status that a client of the gateway would have got. */
    public int status() {
        return status;
    }
}
