package dev.loom.gateway.client;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Told;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Errors that end a stream: what they would have been as answers of their own. */
public final class StreamedErrors {

    private static final int UNKNOWN = 500;

    private StreamedErrors() {}

    /** The provider's words, if they are a language's; null where they are another's, or the error is the gateway's. */
    public static @Nullable Told told(ApiError error, Told.Language language) {
        Told told = error.told();
        return told == null || told.language() != language || told.type().isEmpty() ? null : told;
    }

    /** The status that comes nearest. What is wrong with the gateway's own account is never the client's fault. */
    public static int status(ApiError error) {
        return switch (Objects.requireNonNullElse(error.code(), "")) {
            case "timeout" -> 504;
            case "rate_limit_exceeded" -> 429;
            case "invalid_api_key", "insufficient_quota" -> UNKNOWN;
            default -> {
                Told told = error.told();
                int status = told == null ? 0 : told.status();
                int otherwise = error.type().equals("invalid_request_error") ? 400 : UNKNOWN;
                yield status == 0 ? otherwise : status == 529 ? 503 : status; // 529 is Anthropic's own
            }
        };
    }
}
