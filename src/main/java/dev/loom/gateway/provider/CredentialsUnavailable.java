package dev.loom.gateway.provider;

/** No credentials could be obtained for a provider, so it was not asked. */
public final class CredentialsUnavailable extends Exception {

    private final transient Failure failure;

    public CredentialsUnavailable(Failure failure) {
        super(failure.error().message(), null, false, false);
        this.failure = failure;
    }

    /** {@link Outcome#CREDENTIAL} where they were refused, {@link Outcome#TRANSIENT} where nobody answered. */
    public Failure failure() {
        return failure;
    }
}
