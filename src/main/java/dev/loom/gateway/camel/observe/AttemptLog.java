package dev.loom.gateway.camel.observe;

import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Refusal;
import dev.loom.gateway.traffic.CoolDown;
import dev.loom.gateway.traffic.InWords;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator must know of a failed attempt: which provider, what it said, and whether someone has to act. */
public final class AttemptLog {

    private static final int NOT_FOUND = 404;

    /** Characters of a provider's message, which may quote the client. */
    private static final int LONGEST_WORDS = 300;

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

    /** @param address to which no connection could be made */
    public static void unreached(String provider, Failure failure, String address) {
        LOG.warn("provider '{}' failed: {}: {}: {}", provider, kind(failure), address, said(failure));
    }

    public static void failed(String provider, Failure failure) {
        String line = "provider '{}' failed: {}";
        String kind = kind(failure);
        String said = said(failure);
        Duration rest = rest(failure);
        Object[] facts = {provider, kind, InWords.of(rest), said};
        switch (failure.outcome()) {
            case CREDENTIAL -> LOG.error(line + "; " + whatToDo(failure), facts);
            case QUOTA -> LOG.error(line + "; its account is used up, it rests for {}: {}", facts);
            case CALLER_FAULT, CONTEXT_LENGTH -> {
                if (failure.status() == NOT_FOUND) {
                    LOG.warn(line + "; check the path of its base_url, and the model: {}", provider, kind, said);
                } else {
                    LOG.info(line + ": {}", provider, kind, said);
                }
            }
            default -> {
                if (rest.isZero()) {
                    LOG.warn(line + ": {}", provider, kind, said);
                } else {
                    LOG.warn(line + "; it rests for {}: {}", facts);
                }
            }
        }
    }

    private static String whatToDo(Failure failure) {
        return switch (Objects.requireNonNullElse(failure.error().code(), "")) {
            case "unsupported_country_region_territory" ->
                "it serves nobody in the country or region from which the gateway calls, it rests for {}: {}";
            case "ip_not_authorized" ->
                "its network rules or its list of addresses do not let the gateway in, it rests for {}: {}";
            default -> "check its api_key or credentials, it rests for {}: {}";
        };
    }

    /** On one line. */
    private static String said(Failure failure) {
        String said = failure.error().message().strip().replaceAll("\\s+", " ");
        return said.length() <= LONGEST_WORDS ? said : said.substring(0, LONGEST_WORDS) + "...";
    }

    /** As the word of the failure, and the status where there was one. */
    private static String kind(Failure failure) {
        String label = failure.outcome().label();
        return failure.status() == 0 ? label : label + " (HTTP " + failure.status() + ")";
    }

    private static Duration rest(Failure failure) {
        Duration length = CoolDown.lengthAfter(failure.outcome(), failure.retryAfter());
        return length.compareTo(CoolDown.LONGEST) > 0 ? CoolDown.LONGEST : length;
    }
}
