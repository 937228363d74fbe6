package dev.loom.gateway.provider;

/** A provider's 2xx answer is not what its dialect promises. The attempt counts as transient. */
public final class UnreadableAnswer extends Exception {

    public UnreadableAnswer(String message) {
        super(message, null, false, false);
    }
}
