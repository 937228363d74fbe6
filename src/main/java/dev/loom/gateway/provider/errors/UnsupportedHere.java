package dev.loom.gateway.provider.errors;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether an error says that a part of the request is not taken here, rather than that it is wrong. Words will do where
 * there is no code, even if they may quote the client: all that follows is that another provider is asked.
 */
final class UnsupportedHere {

    private static final List<String> CODES = List.of(
            "unsupported_parameter",
            "unsupported_value",
            "unknown_parameter",
            "unrecognized_parameter",
            "extra_forbidden");

    /** As OpenAI, Azure, Pydantic (Mistral, Anthropic), Groq, Google and servers in Go and Rust put it. */
    private static final Pattern WORDS = Pattern.compile("unsupported (?:parameter|value)"
            + "|unknown (?:parameter|field|name) "
            + "|unrecognized (?:request argument|parameter)"
            + "|extra inputs are not permitted"
            // Anthropic's, of a request that is not like those of that client
            + "|this credential is only authorized for use with claude code"
            + "|(?:is|are) unsupported"
            + "|(?:is|are) not (?:supported|enabled|available) (?:for|with|when|in|on|by) ");

    /** OpenRouter's, of a request that costs more than the account has: another one may cost less. */
    private static final Pattern TOO_DEAR =
            Pattern.compile("this request requires more credits, or fewer max_tokens\\..{0,200}can only afford [1-9]"
                    + "|prompt tokens limit exceeded: \\d+ > [1-9]");

    /** OpenAI's and Groq's, of a request that is larger than all that the account may use in a minute. */
    private static final Pattern TOO_LARGE =
            Pattern.compile("request too large for [^:]{1,300}: limit \\d+, requested \\d+");

    private static final Pattern NOT_A_MODEL = Pattern.compile("is not a valid (?:model|deployment)");

    private UnsupportedHere() {}

    static boolean isSaid(int status, ErrorBody error) {
        String message = error.message().toLowerCase(Locale.ROOT);
        return switch (status) {
            case 400, 422 -> error.says(CODES) || WORDS.matcher(message).find();
            case 402 -> TOO_DEAR.matcher(message).lookingAt();
            default -> isTooLarge(status, error);
        };
    }

    /** Whether this one request is larger than any that the account may send; smaller ones are served. */
    static boolean isTooLarge(int status, ErrorBody error) {
        return (status == 413 || status == 429)
                && TOO_LARGE.matcher(error.message().toLowerCase(Locale.ROOT)).find();
    }

    /** Whether it is about a field or the model that the client has named, and may begin with that name. */
    static boolean namesAPart(int status, ErrorBody error) {
        return status == 404
                || isSaid(status, error)
                || NOT_A_MODEL.matcher(error.message().toLowerCase(Locale.ROOT)).find();
    }
}
