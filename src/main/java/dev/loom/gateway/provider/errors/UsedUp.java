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
            // LiteLLM's, but for what a client has named itself
            + "|budget has been exceeded(?!!? (?:tag|end.?user|customer)=)"
            // xAI's, Fireworks' and Alibaba's
            + "|your newly created teams? doesn't have any credits"
            + "|you have run out of credits"
            + "|your team \\S+ has either used all available credits"
            + "|account \\S+ is suspended, possibly due to reaching the monthly spending limit"
            + "|access denied, please make sure your account is in good standing");

    /** What providers say with 400, in all that they say: there a message may begin with what the client has written. */
    private static final Pattern ALL_OF_A_400 =
            Pattern.compile("your credit balance is too low to access the (?:\\w+ )?api\\.?"
                    + "(?: please go to plans (?:&|and) billing to upgrade or purchase credits\\.)?"
                    + "|billing hard limit has been reached\\.?"
                    + "|budget has been exceeded! (?:(?:key|user|team|project|organization)=[^=]{1,200} )?"
                    + "current cost: [\\d.e+-]+, max budget: [\\d.e+-]+\\.?");

    private UsedUp() {}

    /** @param message in lower case */
    static boolean isSaid(int status, ErrorBody error, String message) {
        if (status == 402 && UnsupportedHere.isSaid(status, error)) {
            return false; // a smaller request can be paid
        }
        return status == 402 || error.says(CODES) || isInWords(status, error, message);
    }

    private static boolean isInWords(int status, ErrorBody error, String message) {
        if (status == 400 || status == 422) {
            return !error.isOfTemplate() && ALL_OF_A_400.matcher(message).matches();
        }
        return !UnsupportedHere.namesAPart(status, error)
                && BEGINS.matcher(message).lookingAt();
    }
}
