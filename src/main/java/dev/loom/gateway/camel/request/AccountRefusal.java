package dev.loom.gateway.camel.request;

import dev.loom.gateway.accounts.Limit;
import dev.loom.gateway.accounts.Refusal;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.traffic.InWords;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;

/** What a client is told whose account has no room within a limit. */
final class AccountRefusal {

    private AccountRefusal() {}

    static Reply reply(String account, Refusal refusal) {
        long seconds = Math.max(1, refusal.retryIn().plusMillis(999).toSeconds());
        String text = "The account '" + account + "' has " + left(refusal) + " Try again in "
                + InWords.of(Duration.ofSeconds(seconds)) + ".";
        ApiError error = refusal.limit().kind() == Limit.Kind.TOKENS
                ? new ApiError(text, "tokens", null, "token_limit_exceeded")
                : new ApiError(text, "insufficient_quota", null, "budget_exceeded");
        return Reply.error(429, error).with("Retry-After", Long.toString(seconds));
    }

    private static String left(Refusal refusal) {
        Limit limit = refusal.limit();
        long left = refusal.most() - refusal.used();
        String whole = "its limit '" + limit.name() + "' of " + amount(limit, refusal.most());
        return left <= 0
                ? "used all of " + whole + ", or requests under way may use the rest."
                : amount(limit, left) + " left of " + whole
                        + ", and this request may use more. A request reserves what it"
                        + " may use, and less with a smaller 'max_tokens'.";
    }

    private static String amount(Limit limit, long figure) {
        return limit.kind() == Limit.Kind.TOKENS ? figure + " tokens" : dollars(limit.figure(figure));
    }

    private static String dollars(double amount) {
        return new DecimalFormat("$0.00######", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(amount);
    }
}
