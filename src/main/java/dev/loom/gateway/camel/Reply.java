package dev.loom.gateway.camel;

import dev.loom.gateway.provider.ApiError;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A whole answer to a client.
 *
 * @param headers beside {@code x-request-id}, which every answer carries
 */
record Reply(int status, Map<String, String> headers, byte[] body) {

    static Reply json(int status, byte[] body) {
        return new Reply(status, Map.of("Content-Type", "application/json"), body);
    }

    static Reply error(int status, ApiError error) {
        return json(status, error.toBody());
    }

    Reply with(String name, String value) {
        return with(Map.of(name, value));
    }

    Reply with(Map<String, String> others) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.putAll(others);
        return new Reply(status, more, body);
    }
}
