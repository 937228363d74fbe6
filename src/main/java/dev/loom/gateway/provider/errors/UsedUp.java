package dev.loom.gateway.provider.errors;

import java.util.List;
import java.util.regex.Pattern;

/** Whether an error says that our account is out of money, or over a limit of what it may spend. */
final class UsedUp {

    private static final List<String> CODES = List.of(
            "insufficient_quota",
            "billing_hard_limit_reached",
            "billing_not_active",
            "billing_error",
            "billing_disabled",
            "insufficient_balance",
            "contract_spend_limit_reached",
            "enforced_spend_limit_reached",
            "arrearage");

    /** With which messages begin; further behind, they may quote the client. */
    private static final Pattern BEGINS = Pattern.compile("your credit balance is too low"
            + "|insufficient (?:credit|balance)"
            + "|billing hard limit"
            + "|key limit exceeded"
            + "|budget has been exceeded"
            // xAI's, Fireworks' and Alibaba's
            + "|your newly created teams? doesn't have any credits"
            + "|you have run out of credits"
            + "|your team \\S+ has either used all available credits"
            + "|account \\S+ is suspended, possibly due to reaching the monthly spending limit"
            + "|access denied, please make sure your account is in good standing");

    private UsedUp() {}

    /** @param message in lower case */
    static boolean isSaid(int status, ErrorBody error, String message) {
        return status == 402
                || error.says(CODES)
                || (!UnsupportedHere.namesAPart(status, error)
                        && BEGINS.matcher(message).lookingAt());
    }
}
