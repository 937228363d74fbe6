package dev.loom.gateway.config.accounts;

import dev.loom.gateway.config.Addresses;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.Types;
import dev.loom.gateway.config.yaml.Section;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code token_accounting.jwt}: how a client's token is verified, by one of three keys. A token that is not valid counts as
 * none.
 *
 * @param jwksUrl from where the issuer's public keys are fetched
 * @param publicKey one public key, PEM
 * @param secret of HMAC, shared with the issuer; at least 32 characters
 * @param issuer that {@code iss} must name; null: any
 * @param audience that {@code aud} must name; null: any
 * @param clockSkew by which {@code exp} and {@code nbf} may be missed
 * @param header in which the token comes, after {@code Bearer} or by itself
 */
public record JwtConfig(
        @Nullable String jwksUrl,
        @Nullable String publicKey,
        @Nullable Secret secret,
        @Nullable String issuer,
        @Nullable String audience,
        Duration clockSkew,
        String header) {

    static JwtConfig read(Section s) {
        long keys = Stream.of("jwks_url", "public_key", "secret").filter(s::has).count();
        if (keys != 1) {
            s.error(
                    "jwks_url",
                    keys == 0
                            ? "is required, or public_key or secret"
                            : "only one of jwks_url, public_key and secret may be set; keep one");
        }
        Secret secret = s.get("secret", Types.SECRET);
        if (secret != null && secret.value().length() < 32) {
            s.error("secret", "must have at least 32 characters");
        }
        return new JwtConfig(
                s.get("jwks_url", Addresses.CALLED_URL),
                publicKey(s),
                secret,
                s.get("issuer", Types.TEXT),
                s.get("audience", Types.TEXT),
                s.get("clock_skew", Types.DURATION, Duration.ofSeconds(60)),
                s.get("header", Types.TEXT, "Authorization"));
    }

    private static @Nullable String publicKey(Section s) {
        String pem = s.get("public_key", Types.TEXT);
        if (pem != null && !pem.strip().startsWith("-----BEGIN PUBLIC KEY-----")) {
            s.error("public_key", "must be a public key in PEM, which begins with -----BEGIN PUBLIC KEY-----");
        } else if (pem != null && !isKey("RSA", pem) && !isKey("EC", pem)) {
            s.error("public_key", "is no public key of RSA or of an elliptic curve; copy the whole block anew");
        }
        return pem;
    }

    private static boolean isKey(String algorithm, String pem) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der)) != null;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
