package dev.loom.gateway.provider;

import dev.loom.gateway.config.Secret;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to a provider.
 *
 * @param url absolute
 * @param headers everything but what the HTTP client sets by itself; secrets included, so never to be printed
 * @param more further bodies to be sent one after another, to a provider that takes only so much at a time; if there
 *     are any, the answer is a JSON array of the answers to each, or the first answer that is not 2xx
 * @param content in the place of all bodies; null where they are what is sent
 */
public record UpstreamRequest(
        String method,
        String url,
        Map<String, String> headers,
        byte[] body,
        List<byte[]> more,
        @Nullable Content content) {

    public UpstreamRequest(String method, String url, Map<String, String> headers, byte[] body, List<byte[]> more) {
        this(method, url, headers, body, more, null);
    }

    /** A request whose body passes. */
    public static UpstreamRequest passing(String method, String url, Map<String, String> headers, Content content) {
        return new UpstreamRequest(method, url, headers, new byte[0], List.of(), content);
    }

    public UpstreamRequest(String method, String url, Map<String, String> headers, byte[] body) {
        this(method, url, headers, body, List.of());
    }

    /** @param bodies at least one */
    public static UpstreamRequest inParts(String url, Map<String, String> headers, List<byte[]> bodies) {
        return new UpstreamRequest("POST", url, headers, bodies.get(0), bodies.subList(1, bodies.size()));
    }

    /**
     * Checks the headers.
     *
     * @throws IllegalArgumentException if one could be taken for more than one line
     */
    public UpstreamRequest {
        headers.forEach(UpstreamRequest::requireOneLine);
    }

    /** The same request with every body changed. */
    UpstreamRequest withBodies(UnaryOperator<byte[]> change) {
        return new UpstreamRequest(
                method,
                url,
                headers,
                change.apply(body),
                more.stream().map(change).toList());
    }

    /** The same request with more headers, which replace those of the same name, whatever its case. */
    public UpstreamRequest withHeaders(Map<String, Secret> others) {
        Map<String, String> merged = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        merged.putAll(headers);
        others.forEach((name, value) -> merged.put(name, value.value()));
        return new UpstreamRequest(method, url, merged, body, more, content);
    }

    private static void requireOneLine(String name, String value) {
        if (!isPlainName(name)) {
            throw new IllegalArgumentException("A header sent to a provider has a name with a space, a colon or a"
                    + " character outside ASCII; correct it under 'headers'.");
        }
        if (!isOneLine(value)) {
            throw new IllegalArgumentException("The value of header '" + name
                    + "' has a line break or another control character; remove it from the configuration.");
        }
    }

    private static boolean isPlainName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == ':') {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isOneLine(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return method + " " + url;
    }
}
