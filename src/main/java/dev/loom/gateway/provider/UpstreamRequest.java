package dev.loom.gateway.provider;

import java.util.Map;

/**
 * What is sent to a provider.
 *
 * @param url absolute
 * @param headers everything but what the HTTP client sets by itself; secrets included, so never to be printed
 */
public record UpstreamRequest(String method, String url, Map<String, String> headers, byte[] body) {

    @Override
    public String toString() {
        return method + " " + url;
    }
}
