package dev.loom.gateway.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/**
 * What runs inside the server, all of it or nothing. Each stands in a file of its own, with what it takes and replies.
 *
 * <p>Bucket4j would count requests or tokens, each in a bucket and a round trip of its own, and knows no permits: what is
 * needed here takes all three in one step.
 */
enum Script {
    LIMITS,
    ACCOUNTS,
    BEAT,
    TELL,
    NOTE;

    private final String text;
    private final String sha;

    Script() {
        text = read("/loom/fleet/" + name().toLowerCase(Locale.ROOT) + ".lua");
        sha = sha(text);
    }

    String text() {
        return text;
    }

    /** By which the server knows it, once it has run there. */
    String sha() {
        return sha;
    }

    private static String read(String path) {
        try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(path), path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1", e);
        }
    }
}
