package dev.loom.gateway.camel.port;

import dev.loom.gateway.provider.ApiError;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a web page of another origin has sent. A browser says so in {@code Sec-Fetch-Site} to this machine and over
 * TLS, and in {@code Origin} wherever a page posts; no page can change either. What is no browser sends neither.
 */
final class Origins {

    /** What nobody else's page has sent: the user, an extension, or a page of the same origin. */
    private static final Set<String> OWN_SITES = Set.of("none", "same-origin");

    private static final Pattern ORIGIN = Pattern.compile("https?://(.+)", Pattern.CASE_INSENSITIVE);

    private Origins() {}

    static boolean isForeign(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !OWN_SITES.contains(site);
        }
        String origin = request.getHeader("Origin");
        return origin != null && !isOf(origin, request.authority());
    }

    /** Of the host alone: the scheme is another one behind what ends TLS. */
    private static boolean isOf(String origin, @Nullable HostAndPort host) {
        Matcher page = ORIGIN.matcher(origin);
        return host != null && page.matches() && page.group(1).equalsIgnoreCase(host.toString());
    }

    /** @param way by which such a page may call, as a sentence */
    static Reply refused(String way) {
        return Reply.error(
                403,
                ApiError.invalidRequest(
                        "A web page of another origin has sent this request. " + way, "Origin", "origin_not_allowed"));
    }
}
