package dev.loom.gateway.accounts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.accounts.JwtConfig;
import dev.loom.gateway.traffic.TimeSource;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies the tokens that clients show, by Nimbus' library: signature, {@code exp}, {@code nbf}, issuer and audience. A
 * token that is not valid counts as none. Thread-safe.
 */
public final class Tokens implements Function<Asker, Identity.Claims> {

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    private static final String BEARER = "bearer ";

    /** Bytes; a longer one is not worth the time. */
    private static final int LONGEST = 8192;

    /** Those that need a public key: an attacker who knows it must not sign with it by HMAC. */
    private static final Set<JWSAlgorithm> PUBLIC = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final Set<JWSAlgorithm> SHARED = Set.of(JWSAlgorithm.HS256, JWSAlgorithm.HS384, JWSAlgorithm.HS512);

    /** Seconds. */
    private static final long BETWEEN_WARNINGS = 60;

    private final String header;
    private final TimeSource time;
    private final AtomicLong lastWarning = new AtomicLong(Long.MIN_VALUE / 2);
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private Tokens(JwtConfig config, JWSKeySelector<SecurityContext> keys, TimeSource time) {
        this.header = config.header();
        this.time = time;
        JWTClaimsSet.Builder exact = new JWTClaimsSet.Builder();
        if (config.issuer() != null) {
            exact.issuer(config.issuer());
        }
        Verifier verifier = new Verifier(config.audience(), exact.build(), time);
        verifier.setMaxClockSkew((int) config.clockSkew().toSeconds());
        processor.setJWSKeySelector(keys);
        processor.setJWTClaimsSetVerifier(verifier);
    }

    /**
     * A token whose moments are within the years that dates have. Of seconds that are too many for milliseconds the library
     * makes a moment at random: a token that is to last for ever would have expired.
     */
    private static final class Dated extends SignedJWT {

        /** Seconds: the end of the year 9999. */
        private static final double LAST = 253_402_300_799.0;

        Dated(SignedJWT token) throws ParseException {
            super(token.getParsedParts()[0], token.getParsedParts()[1], token.getParsedParts()[2]);
        }

        @Override
        public JWTClaimsSet getJWTClaimsSet() throws ParseException {
            Map<String, Object> claims = getPayload().toJSONObject();
            if (claims == null) {
                throw new ParseException("The token's payload is no JSON object", 0);
            }
            for (String moment : List.of("exp", "nbf", "iat")) {
                claims.computeIfPresent(
                        moment, (name, value) -> value instanceof Number seconds ? within(seconds) : value);
            }
            return JWTClaimsSet.parse(claims);
        }

        private static Number within(Number seconds) {
            double value = seconds.doubleValue();
            return Math.abs(value) <= LAST ? seconds : (Number) (long) Math.copySign(LAST, value);
        }
    }

    /** At the gateway's clock. */
    private static final class Verifier extends DefaultJWTClaimsVerifier<SecurityContext> {

        private final TimeSource time;

        Verifier(@Nullable String audience, JWTClaimsSet exact, TimeSource time) {
            super(audience, exact, Set.of("exp"));
            this.time = time;
        }

        @Override
        protected Date currentTime() {
            return Date.from(time.instant());
        }
    }

    /**
     * Of what the configuration says; nobody has claims where that is null.
     *
     * @throws IllegalArgumentException if the key is none
     */
    public static Function<Asker, Identity.Claims> of(@Nullable JwtConfig config, TimeSource time) {
        return config == null ? asker -> Identity.Claims.NONE : new Tokens(config, keys(config), time);
    }

    private static JWSKeySelector<SecurityContext> keys(JwtConfig config) {
        Secret secret = config.secret();
        if (secret != null) {
            byte[] bytes = secret.value().getBytes(StandardCharsets.UTF_8);
            return new JWSVerificationKeySelector<>(SHARED, fixed(new OctetSequenceKey.Builder(bytes).build()));
        }
        JWKSource<SecurityContext> source =
                config.publicKey() != null ? fixed(pem(config.publicKey())) : fetched(config.jwksUrl());
        return new JWSVerificationKeySelector<>(PUBLIC, source);
    }

    /** Whatever the token calls its key. */
    private static JWKSource<SecurityContext> fixed(JWK key) {
        return (selector, context) -> List.of(key);
    }

    /** By the JDK: the library would need Bouncy Castle for it. */
    private static JWK pem(String text) {
        byte[] der = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
        try {
            return new RSAKey.Builder(
                            (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der)))
                    .build();
        } catch (GeneralSecurityException notRsa) {
            return elliptic(der);
        }
    }

    private static JWK elliptic(byte[] der) {
        try {
            ECPublicKey key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
            return new ECKey.Builder(Curve.forECParameterSpec(key.getParams()), key).build();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "token_accounting.jwt.public_key is no public key of RSA or of an elliptic curve", e);
        }
    }

    /** Kept, fetched anew in time and at most every half minute, and used on while their server is away. */
    private static JWKSource<SecurityContext> fetched(@Nullable String url) {
        try {
            return JWKSourceBuilder.create(
                            URI.create(Objects.requireNonNull(url)).toURL())
                    .retrying(true)
                    .outageTolerant(true)
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("token_accounting.jwt.jwks_url is no URL", e);
        }
    }

    @Override
    public Identity.Claims apply(Asker asker) {
        String token = token(asker.header(header));
        if (token == null) {
            return Identity.Claims.NONE;
        }
        try {
            JWTClaimsSet claims = processor.process(new Dated(SignedJWT.parse(token)), null);
            return name -> text(claims.getClaim(name));
        } catch (ParseException | BadJOSEException e) {
            LOG.debug("a token is not valid", e);
        } catch (JOSEException e) {
            warn(e);
        }
        return Identity.Claims.NONE;
    }

    /** Once a minute: anybody can send tokens whose key nobody knows. */
    private void warn(JOSEException e) {
        long now = time.instant().getEpochSecond();
        long warned = lastWarning.get();
        if (now - warned >= BETWEEN_WARNINGS && lastWarning.compareAndSet(warned, now)) {
            LOG.warn(
                    "tokens cannot be verified, the account of their requests is {} (said once a minute): {}",
                    Identity.ANONYMOUS,
                    e.getMessage());
        }
    }

    private static @Nullable String token(@Nullable String header) {
        if (header == null || header.length() > LONGEST) {
            return null;
        }
        boolean bearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        String token = (bearer ? header.substring(BEARER.length()) : header).strip();
        return token.indexOf('.') > 0 ? token : null;
    }

    /** Of a list or an object nobody could be the owner. */
    private static @Nullable String text(@Nullable Object claim) {
        return claim instanceof String || claim instanceof Number ? claim.toString() : null;
    }
}
