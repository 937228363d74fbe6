package dev.loom.gateway.provider;

import dev.loom.gateway.config.Secret;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is sent to a provider.
 *
 * @param url absolute
 * @param headers everything but what the HTTP client sets by itself; secrets included, so never to be printed
 */
public record UpstreamRequest(String method, String url, Map<String, String> headers, byte[] body) {

    /**
     * Checks the headers.
     *
     * @throws IllegalArgumentException if one could be taken for more than one line
     */
    public UpstreamRequest {
        headers.forEach(UpstreamRequest::requireOneLine);
    }

    /** The same request with more headers, which replace those of the same name, whatever its case. */
    public UpstreamRequest withHeaders(Map<String, Secret> more) {
        Map<String, String> merged = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        merged.putAll(headers);
        more.forEach((name, value) -> merged.put(name, value.value()));
        return new UpstreamRequest(method, url, merged, body);
    }

    private static void requireOneLine(String name, String value) {
        boolean plainName = !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ':');
        if (!plainName) {
            throw new IllegalArgumentException("A header sent to a provider has a name with a space, a colon or a"
                    + " character outside ASCII; correct it under 'headers'.");
        }
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
            throw new IllegalArgumentException("The value of header '" + name
                    + "' has a line break or another control character; remove it from the configuration.");
        }
    }

    @Override
    public String toString() {
        return method + " " + url;
    }
}
