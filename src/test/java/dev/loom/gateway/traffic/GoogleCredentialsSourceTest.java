package dev.loom.gateway.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.CostConfig;
import dev.loom.gateway.config.HealthCheckConfig;
import dev.loom.gateway.config.MaxOutputTokens;
import dev.loom.gateway.config.ModelEntries;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.RequestConfig;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.SimulatorConfig;
import dev.loom.gateway.config.TimeoutsConfig;
import dev.loom.gateway.config.UsageInStreams;
import dev.loom.gateway.provider.CredentialsUnavailable;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoogleCredentialsSourceTest {

    private static KeyPair key;

    private final Path folder;

    private final TokenServer google = new TokenServer();

    GoogleCredentialsSourceTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    static void makeKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        key = generator.generateKeyPair();
    }

    @AfterEach
    void closeServer() {
        google.close();
    }

    @Test
    void a_token_is_fetched_with_a_signed_assertion_and_kept() throws Exception {
        GoogleCredentialsSource source = GoogleCredentialsSource.of(provider(serviceAccount(), null));
        assertThat(google.requests).isEmpty();
        assertThat(token(source)).isEqualTo("Bearer token-1");
        assertThat(token(source)).isEqualTo("Bearer token-1");
        assertThat(google.requests).hasSize(1);
        String form = google.requests.get(0);
        assertThat(form).contains("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer");
        String assertion = form.replaceFirst(".*assertion=", "");
        assertThat(claims(assertion).path("iss").asText()).isEqualTo("loom@proj-1.iam.gserviceaccount.com");
        assertThat(claims(assertion).path("scope").asText())
                .isEqualTo("https://www.googleapis.com/auth/cloud-platform");
    }

    @Test
    void a_token_near_its_end_serves_on_while_a_new_one_is_fetched_in_the_background() throws Exception {
        google.expiresIn = 200; // between 180 s, when requests wait, and 225 s, when it is renewed
        GoogleCredentialsSource source = GoogleCredentialsSource.of(provider(serviceAccount(), null));
        assertThat(token(source)).isEqualTo("Bearer token-1");
        google.expiresIn = 3599;
        google.gate = new CountDownLatch(1);
        for (int i = 0; i < 20; i++) {
            assertThat(token(source)).isEqualTo("Bearer token-1");
        }
        google.gate.countDown();
        await().untilAsserted(() -> assertThat(token(source)).isEqualTo("Bearer token-2"));
        assertThat(google.requests).hasSize(2);
    }

    @Test
    void an_outage_of_the_token_endpoint_is_not_felt_while_the_old_token_holds() throws Exception {
        google.expiresIn = 200;
        GoogleCredentialsSource source = GoogleCredentialsSource.of(provider(serviceAccount(), null));
        assertThat(token(source)).isEqualTo("Bearer token-1");
        google.status = 503;
        assertThat(token(source)).isEqualTo("Bearer token-1");
        await().until(() -> google.requests.size() >= 2);
        assertThat(token(source)).isEqualTo("Bearer token-1");
    }

    @Test
    void many_requests_make_one_call() throws Exception {
        google.gate = new CountDownLatch(1);
        GoogleCredentialsSource source = GoogleCredentialsSource.of(provider(serviceAccount(), null));
        ExecutorService callers = Executors.newFixedThreadPool(16);
        try {
            List<Future<String>> tokens = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                tokens.add(callers.submit(() -> token(source)));
            }
            await().until(() -> google.requests.size() == 1);
            google.gate.countDown();
            for (Future<String> token : tokens) {
                assertThat(token.get()).isEqualTo("Bearer token-1");
            }
            assertThat(google.requests).hasSize(1);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void a_refusal_is_a_matter_of_credentials_and_tells_googles_reason() throws Exception {
        google.status = 400;
        google.refusal = "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT Signature.\"}";
        GoogleCredentialsSource source = GoogleCredentialsSource.of(provider(serviceAccount(), null));
        assertThatThrownBy(source::headers).isInstanceOfSatisfying(CredentialsUnavailable.class, e -> {
            assertThat(e.failure().outcome()).isEqualTo(Outcome.CREDENTIAL);
            assertThat(e.failure().error().message())
                    .isEqualTo("Google refused the credentials of provider 'gcp': Invalid JWT Signature.");
        });
        google.status = 200;
        assertThat(token(source)).isEqualTo("Bearer token-2");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429})
    void an_endpoint_in_trouble_is_transient_and_asked_once(int status) throws Exception {
        google.status = status;
        GoogleCredentialsSource source = GoogleCredentialsSource.of(provider(serviceAccount(), null));
        assertThatThrownBy(source::headers)
                .isInstanceOfSatisfying(
                        CredentialsUnavailable.class,
                        e -> assertThat(e.failure().outcome()).isEqualTo(Outcome.TRANSIENT))
                .hasMessage(
                        "Google gave no access token for provider 'gcp': its token endpoint answered " + status + ".");
        assertThat(google.requests).hasSize(1);
    }

    @Test
    void an_endpoint_that_is_not_there_is_transient_and_its_address_is_not_told() throws Exception {
        Path file = serviceAccount();
        google.close();
        GoogleCredentialsSource source = GoogleCredentialsSource.of(provider(file, null));
        assertThatThrownBy(source::headers)
                .isInstanceOfSatisfying(
                        CredentialsUnavailable.class,
                        e -> assertThat(e.failure().outcome()).isEqualTo(Outcome.TRANSIENT))
                .hasMessage("Google gave no access token for provider 'gcp': the attempt ended in ConnectException.");
    }

    @Test
    void a_quota_project_of_the_file_is_sent_along() throws Exception {
        Path file = file(serviceAccountJson().replaceFirst("\\{", "{\"quota_project_id\":\"payer\","));
        Map<String, Secret> headers =
                GoogleCredentialsSource.of(provider(file, null)).headers();
        assertThat(headers.get("x-goog-user-project")).isEqualTo(new Secret("payer"));
    }

    @Test
    void the_providers_proxy_is_used() throws Exception {
        try (TokenServer proxy = new TokenServer()) {
            String address = proxy.uri().replace("/token", "");
            Path file = file(serviceAccountJson().replace(google.uri(), "http://oauth2.invalid/token"));
            assertThat(token(GoogleCredentialsSource.of(provider(file, address))))
                    .isEqualTo("Bearer token-1");
            assertThat(proxy.requests).hasSize(1);
        }
    }

    @Test
    void the_proxy_for_all_providers_is_used_where_the_provider_has_none() throws Exception {
        try (TokenServer proxy = new TokenServer()) {
            String address = proxy.uri().replace("/token", "");
            Path file = file(serviceAccountJson().replace(google.uri(), "http://oauth2.invalid/token"));
            assertThat(token(GoogleCredentialsSource.of(provider(file, null), address)))
                    .isEqualTo("Bearer token-1");
            assertThat(proxy.requests).hasSize(1);
        }
    }

    @Test
    void without_a_file_the_application_default_credentials_serve() throws Exception {
        assumeThat(System.getenv()).doesNotContainKeys("GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG");
        Path gcloud = Files.createDirectories(folder.resolve(".config/gcloud"));
        Files.writeString(gcloud.resolve("application_default_credentials.json"), serviceAccountJson());
        String home = System.setProperty("user.home", folder.toString());
        try {
            assertThat(token(GoogleCredentialsSource.of(provider(null, null)))).isEqualTo("Bearer token-1");
        } finally {
            System.setProperty("user.home", home);
        }
    }

    @Test
    void a_file_that_is_not_there_is_reported_at_once() {
        Path file = folder.resolve("none.json");
        assertThatThrownBy(() -> GoogleCredentialsSource.of(provider(file, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Provider 'gcp': credentials_file " + file
                        + " is not a file that can be read. Correct the path or its permissions.");
        assertThatThrownBy(() -> GoogleCredentialsSource.of(provider(folder, null)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not json", "{}", "[]", "{\"type\":\"magic\"}", "{\"type\":\"service_account\"}"})
    void a_file_that_is_something_else_is_reported_at_once(String content) throws IOException {
        Path file = file(content);
        assertThatThrownBy(() -> GoogleCredentialsSource.of(provider(file, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Provider 'gcp': credentials_file " + file)
                .hasMessageContaining("is no credentials file of Google's: ")
                .hasMessageEndingWith("Download the key of a service account as JSON and name that file.");
    }

    @Test
    void a_broken_key_is_reported_and_never_shown() throws IOException {
        String broken = Base64.getEncoder().encodeToString("no key at all".getBytes(UTF_8));
        Path file = file(serviceAccountJson()
                .replaceFirst(
                        "-----BEGIN.*END PRIVATE KEY-----",
                        "-----BEGIN PRIVATE KEY-----\\\\n" + broken + "\\\\n-----END PRIVATE KEY-----"));
        assertThatThrownBy(() -> GoogleCredentialsSource.of(provider(file, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(broken))
                .hasNoCause();
    }

    @Test
    void nothing_that_prints_shows_the_token() throws Exception {
        GoogleCredentialsSource source = GoogleCredentialsSource.of(provider(serviceAccount(), null));
        assertThat(source.headers().toString()).doesNotContain("token-1");
        assertThat(source.toString()).isEqualTo("Google credentials of provider 'gcp'");
    }

    private static String token(GoogleCredentialsSource source) throws CredentialsUnavailable {
        return source.headers()
                .getOrDefault("Authorization", new Secret("no header"))
                .value();
    }

    private static JsonNode claims(String assertion) throws GeneralSecurityException {
        int dot = assertion.lastIndexOf('.');
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(key.getPublic());
        signature.update(assertion.substring(0, dot).getBytes(UTF_8));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(assertion.substring(dot + 1))))
                .isTrue();
        return Json.lenient(Base64.getUrlDecoder().decode(assertion.substring(assertion.indexOf('.') + 1, dot)));
    }

    private Path serviceAccount() throws IOException {
        return file(serviceAccountJson());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("key.json"), content);
    }

    private String serviceAccountJson() {
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getEncoder().encodeToString(key.getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----";
        return Json.string(Json.object()
                .put("type", "service_account")
                .put("project_id", "proj-1")
                .put("private_key_id", "k1")
                .put("private_key", pem)
                .put("client_email", "loom@proj-1.iam.gserviceaccount.com")
                .put("client_id", "1")
                .put("token_uri", google.uri()));
    }

    private static ProviderConfig provider(@Nullable Path file, @Nullable String proxy) {
        Duration second = Duration.ofSeconds(1);
        return new ProviderConfig(
                "gcp",
                "vertex",
                true,
                null,
                "https://us-central1-aiplatform.googleapis.com",
                null,
                null,
                null,
                Map.of(),
                "proj-1",
                "us-central1",
                file,
                "2023-06-01",
                ModelEntries.NONE,
                Map.of(),
                new MaxOutputTokens(null, Map.of()),
                UsageInStreams.AUTO,
                "auto",
                RequestConfig.NONE,
                RateLimitConfig.NONE,
                new HealthCheckConfig(false, second, second, null),
                new CostConfig(null, Map.of()),
                1,
                1,
                new TimeoutsConfig(second, second, second, second, second, second),
                proxy,
                null,
                new SimulatorConfig(second, 1, 0, 500, null, null, 0));
    }
}
