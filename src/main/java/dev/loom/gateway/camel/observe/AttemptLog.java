package dev.loom.gateway.camel.observe;

import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator must know of a failed attempt: which provider, what it said, and whether someone has to act. */
public final class AttemptLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.loom.gateway.attempts");

    private AttemptLog() {}

    /** A provider refused a part of a request that it can do without. */
    public static void repeated(String provider, Refusal refusal) {
        LOG.warn(
                "provider '{}' refuses '{}': the request is repeated without it{}",
                provider,
                refusal.part(),
                refusal.lasting() ? ", and it is sent no more of them" : "");
    }

    public static void failed(String provider, Failure failure) {
        String line = "provider '{}' failed: {}";
        String kind = failure.outcome().label();
        Object[] facts = {
            provider,
            failure.status() == 0 ? kind : kind + " (HTTP " + failure.status() + ")",
            failure.error().message()
        };
        switch (failure.outcome()) {
            case CREDENTIAL -> LOG.error(line + "; check its api_key or credentials, it rests for a while: {}", facts);
            case QUOTA -> LOG.error(line + "; its account is used up, it rests for a while: {}", facts);
            case CALLER_FAULT, CONTEXT_LENGTH -> LOG.debug(line + ": {}", facts);
            default -> LOG.warn(line + ": {}", facts);
        }
    }
}
