package dev.loom.gateway.provider;

/** A provider's 2xx answer is not what its dialect promises. The attempt counts as transient unless it says otherwise. */
public final class UnreadableAnswer extends Exception {

    private final transient Failure failure;

    public UnreadableAnswer(String message) {
        this(Failure.transientFailure(message));
    }

    /** The answer carries an error of the provider's, although its status is 2xx. */
    public UnreadableAnswer(Failure failure) {
        super(failure.error().message(), null, false, false);
        this.failure = failure;
    }

    /** What the attempt came to. */
    public Failure failure() {
        return failure;
    }
}
