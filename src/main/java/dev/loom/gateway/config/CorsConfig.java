package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.Section;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * {@code server.cors}: which web pages of other origins may call the client port.
 *
 * @param origins {@code https://host:port}, or {@code *} for any; empty: none
 * @param headers that such a page may send, in lower case; {@code *} for any
 * @param maxAge how long a browser need not ask again
 */
public record CorsConfig(List<String> origins, List<String> headers, Duration maxAge) {

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

    /** No page of another origin. */
    public static final CorsConfig NONE = new CorsConfig(List.of(), List.of("*"), LONG_ENOUGH);

    private static final ScalarType<String> ORIGIN =
            Types.matching("\\*|https?://[^/?#\\s]+", "an origin, as in \"https://chat.example:8443\", or \"*\"");

    static CorsConfig read(Section s) {
        List<String> headers = s.list("headers", Types.TEXT);
        return new CorsConfig(
                s.list("origins", ORIGIN).stream()
                        .map(origin -> origin.toLowerCase(Locale.ROOT))
                        .toList(),
                headers.isEmpty()
                        ? List.of("*")
                        : headers.stream()
                                .map(name -> name.toLowerCase(Locale.ROOT))
                                .toList(),
                s.get("max_age", Types.DURATION, LONG_ENOUGH));
    }

    /** Whether a page of this origin may call. */
    public boolean allows(String origin) {
        return origins.contains("*") || origins.contains(origin.toLowerCase(Locale.ROOT));
    }

    /** Whether it may send this header. */
    public boolean allowsHeader(String name) {
        return headers.contains("*") || headers.contains(name.toLowerCase(Locale.ROOT));
    }
}
