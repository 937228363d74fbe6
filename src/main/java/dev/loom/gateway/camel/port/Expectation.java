package dev.loom.gateway.camel.port;

import dev.loom.gateway.provider.ApiError;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** What a client expects before it sends its body: the header {@code Expect}. */
final class Expectation {

    private Expectation() {}

    /** Null where the client expects nothing, or speaks a version without that. */
    private static @Nullable String of(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_0 ? null : request.getHeader("Expect");
    }

    /** Whether it is one that nobody here can meet. */
    static boolean isUnknown(HttpServerRequest request) {
        String expected = of(request);
        return expected != null && !expected.equalsIgnoreCase("100-continue");
    }

    static Reply unknown() {
        return Reply.error(
                417,
                ApiError.invalidRequest(
                        "The only 'Expect' that is met here is '100-continue'.", "Expect", "expectation_failed"));
    }

    /** Asks for the body, if the client waits for that. */
    static void goOn(HttpServerRequest request) {
        if (of(request) != null) {
            request.response().writeContinue();
        }
    }
}
