package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.ScalarType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a file may hold of a key in the place of the key: {@code sha256:<salt>:<hash>}, the hash of the salt's characters and
 * then the key's, in hexadecimal. Prints as {@code ***}, since whoever has it can try keys on it.
 */
public record KeyHash(String salt, String hash) {

    private static final String FORM = "sha256:[^:\\s]{8,64}:[0-9A-Fa-f]{64}";

    static final ScalarType<KeyHash> TYPE = scalar -> {
        Types.check(
                scalar.text().matches(FORM),
                "must be sha256:<salt of 8 to 64 characters>:<64 hexadecimal digits>; the salt has no colon");
        String[] parts = scalar.text().split(":", -1);
        return new KeyHash(parts[1], parts[2].toLowerCase(java.util.Locale.ROOT));
    };

    /** The hash, with this salt, of a key's bytes. */
    public static String of(String salt, byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
