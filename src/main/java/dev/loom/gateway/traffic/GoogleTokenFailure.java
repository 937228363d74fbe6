package dev.loom.gateway.traffic;

import com.google.api.client.http.HttpResponseException;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.errors.Classifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What it means that Google gave no access token. */
final class GoogleTokenFailure {

    private GoogleTokenFailure() {}

    static Failure of(String provider, @Nullable Throwable exception) {
        HttpResponseException answer = answer(exception);
        if (answer != null && refuses(answer.getStatusCode())) {
            String message = "Google refused the credentials of provider '" + provider + "': " + reason(answer);
            ApiError error = ApiError.invalidRequest(message, null, "invalid_api_key");
            return new Failure(Outcome.CREDENTIAL, 0, error, null, null, false);
        }
        String why = answer == null
                ? "the attempt ended in " + root(exception) + "."
                : "its token endpoint answered " + answer.getStatusCode() + ".";
        return Failure.transientFailure("Google gave no access token for provider '" + provider + "': " + why);
    }

    private static @Nullable HttpResponseException answer(@Nullable Throwable exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpResponseException answer) {
                return answer;
            }
        }
        return null;
    }

    /** Its kind only: the message of an exception may show addresses and what was sent. */
    private static String root(@Nullable Throwable exception) {
        Throwable root = exception;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return root == null ? "nothing" : root.getClass().getSimpleName();
    }

    private static boolean refuses(int status) {
        return status >= 400 && status < 500 && status != 408 && status != 429;
    }

    /** Google's own words, masked; its library's would show the address and the request. */
    private static String reason(HttpResponseException answer) {
        String content = Objects.requireNonNullElse(answer.getContent(), "");
        byte[] body = content.getBytes(StandardCharsets.UTF_8);
        return Classifier.classify(answer.getStatusCode(), Headers.NONE, body, Instant.EPOCH)
                .error()
                .message();
    }
}
