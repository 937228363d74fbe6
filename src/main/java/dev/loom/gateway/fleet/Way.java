package dev.loom.gateway.fleet;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a provider is reached, its key included, as a short digest. An instance that has another key already is not kept away
 * from a provider by the old key's cool-down.
 */
final class Way {

    /** Characters: enough to tell a few configurations apart, far too few to find a key by. */
    private static final int LENGTH = 12;

    private Way() {}

    static String of(ProviderConfig provider) {
        StringBuilder text = new StringBuilder();
        provider.identity().forEach(part -> text.append(plain(part)).append('\n'));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static String plain(Object part) {
        if (part instanceof Secret secret) {
            return secret.value();
        }
        if (part instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((key, value) -> sorted.put(String.valueOf(key), plain(value)));
            return sorted.toString();
        }
        return String.valueOf(part);
    }
}
