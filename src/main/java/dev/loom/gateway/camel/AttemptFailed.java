package dev.loom.gateway.camel;

import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.traffic.RecordedOutcome;

/**
 * An attempt came to nothing and the request may go on: the one exception, beside an open breaker's, on which
 * {@code dispatch.camel.yaml} fails over.
 */
public final class AttemptFailed extends Exception implements RecordedOutcome {

    public AttemptFailed(Failure failure) {
        super(failure.error().message(), null, false, false);
    }

    public AttemptFailed(String message) {
        super(message, null, false, false);
    }
}
