package dev.loom.gateway.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.traffic.ManualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are valid, and every way in which one is not; long, because there are many. */
class TokensTest {

    private static final String SECRET = "a-secret-of-at-least-32-characters!";
    private static final RSAKey KEY = key();

    private final ManualTime time = new ManualTime();

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID("k1").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem() {
        try {
            return "-----BEGIN PUBLIC KEY-----\\n"
                    + Base64.getEncoder().encodeToString(KEY.toRSAPublicKey().getEncoded())
                    + "\\n-----END PUBLIC KEY-----";
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private Function<Asker, Identity.Claims> tokens(String jwt) {
        return Tokens.of(Accounting.config("key: 'jwt:sub', jwt: {" + jwt + "}").jwt(), time);
    }

    private @Nullable String subject(String jwt, @Nullable String header) {
        return subject(tokens(jwt), header);
    }

    private static @Nullable String subject(Function<Asker, Identity.Claims> tokens, @Nullable String header) {
        return tokens.apply(new Asker() {
                    @Override
                    public @Nullable String header(String name) {
                        return name.equals("Authorization") ? header : null;
                    }
                })
                .get("sub");
    }

    private String token(JWSAlgorithm algorithm, JWSSigner signer, UnaryOperator<JWTClaimsSet.Builder> claims)
            throws JOSEException {
        return token(algorithm, "k1", signer, claims);
    }

    private String token(
            JWSAlgorithm algorithm, String id, JWSSigner signer, UnaryOperator<JWTClaimsSet.Builder> claims)
            throws JOSEException {
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder()
                .subject("alice")
                .expirationTime(Date.from(time.instant().plusSeconds(300)));
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm).keyID(id).build(),
                claims.apply(builder).build());
        token.sign(signer);
        return token.serialize();
    }

    private String rsa(UnaryOperator<JWTClaimsSet.Builder> claims) throws JOSEException {
        return "Bearer " + token(JWSAlgorithm.RS256, new RSASSASigner(KEY), claims);
    }

    @Test
    void a_token_that_is_signed_by_the_key_is_believed_also_without_bearer() throws Exception {
        String key = "public_key: \"" + pem() + "\"";

        assertThat(subject(key, rsa(c -> c))).isEqualTo("alice");
        assertThat(subject(key, rsa(c -> c).substring(7))).isEqualTo("alice");
        assertThat(subject("secret: " + SECRET, token(JWSAlgorithm.HS256, new MACSigner(SECRET), c -> c)))
                .isEqualTo("alice");
    }

    /** 2^62, 2^63 - 1, 2^63, 1e19 and 1e300 seconds, of which milliseconds do not fit into 64 bits. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "253402300800",
                "4611686018427387904",
                "9223372036854775807",
                "9223372036854775808",
                "1e19",
                "1e300"
            })
    void a_moment_beyond_all_dates_is_far_away(String seconds) throws Exception {
        assertThat(subject("secret: " + SECRET, signed("{'sub':'alice','exp':" + seconds + "}")))
                .isEqualTo("alice");
        assertThat(subject("secret: " + SECRET, signed("{'sub':'alice','exp':-" + seconds + "}")))
                .isNull();
        assertThat(subject("secret: " + SECRET, signed("{'sub':'alice','exp':9999999999,'nbf':" + seconds + "}")))
                .isNull();
        assertThat(subject("secret: " + SECRET, signed("{'sub':'alice','exp':9999999999,'nbf':-" + seconds + "}")))
                .isEqualTo("alice");
    }

    private static String signed(String claims) throws JOSEException {
        JWSObject token = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims.replace('\'', '"')));
        token.sign(new MACSigner(SECRET));
        return token.serialize();
    }

    @Test
    void what_is_not_signed_by_the_key_is_none() throws Exception {
        String key = "public_key: \"" + pem() + "\"";
        RSAKey other = new RSAKeyGenerator(2048).keyID("k1").generate();
        String unsigned = Base64.getUrlEncoder().encodeToString("{\"alg\":\"none\"}".getBytes()) + "."
                + Base64.getUrlEncoder().encodeToString("{\"sub\":\"alice\",\"exp\":9999999999}".getBytes()) + ".";

        assertThat(subject(key, null)).isNull();
        assertThat(subject(key, "Bearer nonsense")).isNull();
        assertThat(subject(key, "Bearer a.b.c")).isNull();
        assertThat(subject(key, unsigned)).isNull();
        assertThat(subject(key, token(JWSAlgorithm.RS256, new RSASSASigner(other), c -> c)))
                .isNull();
    }

    @Test
    void a_public_key_is_no_secret_of_hmac() throws Exception {
        byte[] known = KEY.toRSAPublicKey().getEncoded();

        assertThat(subject("public_key: \"" + pem() + "\"", token(JWSAlgorithm.HS256, new MACSigner(known), c -> c)))
                .isNull();
    }

    @Test
    void times_are_kept_within_the_skew() throws Exception {
        String key = "public_key: \"" + pem() + "\", clock_skew: 30s";
        String token = rsa(c -> c);
        String early = rsa(c -> c.notBeforeTime(Date.from(time.instant().plusSeconds(40))));

        assertThat(subject(key, early)).isNull();
        time.advance(Duration.ofSeconds(325));
        assertThat(subject(key, token)).isEqualTo("alice");
        time.advance(Duration.ofSeconds(10));
        assertThat(subject(key, token)).isNull();
        assertThat(subject(key, rsa(c -> c.expirationTime(null)))).isNull();
    }

    @Test
    void issuer_and_audience_are_checked_where_they_are_named() throws Exception {
        String key = "public_key: \"" + pem() + "\", issuer: 'https://us', audience: gateway";

        assertThat(subject(key, rsa(c -> c.issuer("https://us").audience("gateway"))))
                .isEqualTo("alice");
        assertThat(subject(key, rsa(c -> c.issuer("https://them").audience("gateway"))))
                .isNull();
        assertThat(subject(key, rsa(c -> c.issuer("https://us").audience("other"))))
                .isNull();
        assertThat(subject(key, rsa(c -> c.issuer("https://us")))).isNull();
    }

    /** An issuer's server, whose keys a test changes. */
    private static final class Issuer implements AutoCloseable {
        private final HttpServer server;
        private volatile byte[] keys;
        private volatile int status = 200;

        Issuer(RSAKey key) throws IOException {
            show(key);
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/keys", exchange -> {
                exchange.sendResponseHeaders(status, keys.length);
                exchange.getResponseBody().write(keys);
                exchange.close();
            });
            server.start();
        }

        void show(RSAKey key) {
            keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        }

        String config(String path) {
            return "jwks_url: 'http://127.0.0.1:" + server.getAddress().getPort() + path + "'";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    @Test
    void keys_are_fetched_from_their_url() throws Exception {
        try (Issuer issuer = new Issuer(KEY)) {
            assertThat(subject(issuer.config("/keys"), rsa(c -> c))).isEqualTo("alice");
            assertThat(subject(issuer.config("/none"), rsa(c -> c))).isNull();
        }
    }

    @Test
    void a_new_key_is_fetched_when_the_first_token_names_it_and_the_old_one_is_none_any_more() throws Exception {
        RSAKey second = new RSAKeyGenerator(2048).keyID("k2").generate();
        try (Issuer issuer = new Issuer(KEY)) {
            Function<Asker, Identity.Claims> tokens = tokens(issuer.config("/keys"));
            String after = "Bearer " + token(JWSAlgorithm.RS256, "k2", new RSASSASigner(second), c -> c);
            assertThat(subject(tokens, rsa(c -> c))).isEqualTo("alice");
            issuer.show(second);

            assertThat(subject(tokens, after)).isEqualTo("alice");
            assertThat(subject(tokens, rsa(c -> c)))
                    .as("signed with what the issuer took back")
                    .isNull();
        }
    }

    @Test
    void while_the_issuers_server_is_down_known_keys_are_used_on_and_nothing_else_is_believed() throws Exception {
        RSAKey other = new RSAKeyGenerator(2048).keyID("k2").generate();
        String unknown = token(JWSAlgorithm.RS256, "k2", new RSASSASigner(other), c -> c);
        Function<Asker, Identity.Claims> tokens;
        Function<Asker, Identity.Claims> never;
        try (Issuer issuer = new Issuer(KEY)) {
            tokens = tokens(issuer.config("/keys"));
            never = tokens(issuer.config("/keys"));
            assertThat(subject(tokens, rsa(c -> c))).isEqualTo("alice");
            issuer.status = 503;
            assertThat(subject(tokens, rsa(c -> c))).isEqualTo("alice");
            assertThat(subject(tokens, unknown)).isNull();
        }
        assertThat(subject(tokens, rsa(c -> c))).isEqualTo("alice");
        assertThat(subject(tokens, unknown)).isNull();
        assertThat(subject(never, rsa(c -> c))).as("no key was ever seen").isNull();
    }

    /** Anybody can make such tokens, as many as they like. */
    @Test
    void tokens_that_cannot_be_verified_do_not_fill_the_log() throws Exception {
        RSAKey other = new RSAKeyGenerator(2048).keyID("k2").generate();
        try (Issuer issuer = new Issuer(KEY);
                CapturedLog log = new CapturedLog()) {
            Function<Asker, Identity.Claims> tokens = tokens(issuer.config("/keys"));
            for (int i = 0; i < 20; i++) {
                String kid = "made-up-" + i;
                assertThat(subject(tokens, token(JWSAlgorithm.RS256, kid, new RSASSASigner(other), c -> c)))
                        .isNull();
            }
            assertThat(subject(tokens, rsa(c -> c))).isEqualTo("alice");

            assertThat(log.text().lines().filter(line -> line.contains("cannot be verified")))
                    .hasSize(1);
        }
    }

    @Test
    void algorithms_that_the_key_is_not_for_are_none() throws Exception {
        String key = "public_key: \"" + pem() + "\"";
        String other = "another-secret-of-at-least-32-characters";

        assertThat(subject("secret: " + SECRET, rsa(c -> c))).isNull();
        assertThat(subject("secret: " + SECRET, token(JWSAlgorithm.HS256, new MACSigner(other), c -> c)))
                .isNull();
        assertThat(subject(key, token(JWSAlgorithm.PS256, new RSASSASigner(KEY), c -> c)))
                .isEqualTo("alice");
        for (String none : List.of("none", "None", "nOnE")) {
            String head = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(("{\"alg\":\"" + none + "\"}").getBytes(StandardCharsets.UTF_8));
            String signed = rsa(c -> c).substring(7);
            assertThat(subject(key, head + signed.substring(signed.indexOf('.'))))
                    .isNull();
            assertThat(subject(key, head + signed.substring(signed.indexOf('.'), signed.lastIndexOf('.') + 1)))
                    .isNull();
        }
    }
}
