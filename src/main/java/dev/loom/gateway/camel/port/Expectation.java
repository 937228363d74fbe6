package dev.loom.gateway.camel.port;

import dev.loom.gateway.provider.ApiError;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/** What a client expects before it sends its body: the header {@code Expect}. */
final class Expectation {

    private Expectation() {}

    /** Nothing where the client speaks a version without that. */
    private static List<String> of(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_0
                ? List.of()
                : request.headers().getAll("Expect");
    }

    /** Whether it is one that nobody here can meet. */
    static boolean isUnknown(HttpServerRequest request) {
        return !of(request).stream().allMatch("100-continue"::equalsIgnoreCase);
    }

    static Reply unknown() {
        return Reply.error(
                417,
                ApiError.invalidRequest(
                        "The only 'Expect' that is met here is '100-continue'.", "Expect", "expectation_failed"));
    }

    /** Asks for the body, if the client waits for that. */
    static void goOn(HttpServerRequest request) {
        if (!of(request).isEmpty()) {
            request.response().writeContinue();
        }
    }
}
