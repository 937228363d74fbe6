package dev.loom.gateway.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.traffic.ManualTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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

    private @Nullable String subject(String jwt, @Nullable String header) {
        Function<Asker, Identity.Claims> tokens = Tokens.of(
                Accounting.config("key: 'jwt:sub', jwt: {" + jwt + "}").jwt(), time);
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
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder()
                .subject("alice")
                .expirationTime(Date.from(time.instant().plusSeconds(300)));
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm).keyID("k1").build(),
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

    @Test
    void keys_are_fetched_from_their_url() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] keys = new JWKSet(KEY.toPublicJWK()).toString().getBytes();
        server.createContext("/keys", exchange -> {
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            assertThat(subject("jwks_url: '" + url + "/keys'", rsa(c -> c))).isEqualTo("alice");
            assertThat(subject("jwks_url: '" + url + "/none'", rsa(c -> c))).isNull();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void a_key_that_is_none_is_said_at_the_start() {
        assertThatThrownBy(() ->
                        subject("public_key: \"-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----\"", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token_accounting.jwt.public_key");
    }
}
