package dev.loom.gateway.camel.request;

import dev.loom.gateway.accounts.Limit;
import dev.loom.gateway.accounts.Standing;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What {@code token_accounting.response_headers} tells a client of its tokens. */
final class AccountHeaders {

    private AccountHeaders() {}

    /** Before the answer has come: how much is left, now that this request has taken its part. */
    static void addStanding(Charge charge, Map<String, String> headers) {
        List<Standing> tokens = charge.standings().stream()
                .filter(standing -> standing.isLimited() && standing.limit().kind() == Limit.Kind.TOKENS)
                .toList();
        OptionalLong least = tokens.stream().mapToLong(Standing::remaining).min();
        least.ifPresent(remaining -> headers.put("X-Tokens-Remaining", Long.toString(remaining)));
        Optional<Standing> shortest = tokens.stream()
                .min(Comparator.comparing(standing -> standing.limit().window()));
        shortest.ifPresent(standing -> {
            headers.put("X-Rate-Limit-Remaining", Long.toString(standing.remaining()));
            long seconds = standing.reset().plusMillis(999).toSeconds();
            headers.put("X-Rate-Limit-Reset", Long.toString(seconds));
        });
    }

    /** After it: what was used. */
    static void addUsage(Charge charge, Map<String, String> headers) {
        headers.put("X-Tokens-Input", Long.toString(charge.used().input()));
        headers.put("X-Tokens-Output", Long.toString(charge.used().output()));
        headers.put(
                "X-Tokens-Total",
                Long.toString(charge.used().input() + charge.used().output()));
        headers.put("X-Cost-USD", dollars(charge.costUsd()));
    }

    private static String dollars(double cost) {
        return BigDecimal.valueOf(cost)
                .setScale(9, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** For the end of a stream, where headers have gone out long ago: comments, which clients pass over. */
    static String comment(Charge charge) {
        Map<String, String> lines = new LinkedHashMap<>();
        addUsage(charge, lines);
        addStanding(charge, lines);
        StringBuilder comment = new StringBuilder();
        lines.forEach((name, value) ->
                comment.append(": ").append(name).append(": ").append(value).append('\n'));
        return comment.append('\n').toString();
    }
}
