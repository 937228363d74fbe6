package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.loom.gateway.config.accounts.AccountStoreConfig;
import dev.loom.gateway.config.accounts.JwtConfig;
import dev.loom.gateway.config.accounts.RequestLimitsConfig;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import dev.loom.gateway.config.accounts.WebhookConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pins every default: one assertion for each key. */
@NullUnmarked
class DefaultsTest {

    private static final String MINIMAL =
            """
            ai_gateway:
              providers:
                - {name: sim, type: simulator}
            """;

    @TempDir
    Path directory;

    private GatewayConfig config() {
        return ConfigFiles.in(directory).load(MINIMAL).config();
    }

    @Test
    void of_the_gateway() {
        assertThat(config().enabled()).isTrue();
        assertThat(config().modelMapping()).isEmpty();
        assertThat(config().providers()).hasSize(1);
    }

    @Test
    void of_a_provider() {
        ProviderConfig provider = config().providers().get(0);

        assertThat(provider.enabled()).isTrue();
        assertThat(provider.apiKey()).isNull();
        assertThat(provider.baseUrl()).isNull();
        assertThat(provider.organization()).isNull();
        assertThat(provider.project()).isNull();
        assertThat(provider.apiVersion()).isNull();
        assertThat(provider.deployments()).isEmpty();
        assertThat(provider.projectId()).isNull();
        assertThat(provider.location()).isNull();
        assertThat(provider.credentialsFile()).isNull();
        assertThat(provider.anthropicVersion()).isEqualTo("2023-06-01");
        assertThat(provider.modelNames()).isEmpty();
        assertThat(provider.headers()).isEmpty();
        assertThat(provider.maxOutputTokens().all()).isNull();
        assertThat(provider.maxOutputTokens().byModel()).isEmpty();
        assertThat(provider.usageInStreams()).isEqualTo(UsageInStreams.AUTO);
        assertThat(provider.family()).isEqualTo("auto");
        assertThat(provider.request()).isEqualTo(RequestConfig.NONE);
        assertThat(provider.rateLimit()).isEqualTo(RateLimitConfig.NONE);
        assertThat(provider.cost().all()).isNull();
        assertThat(provider.cost().byModel()).isEmpty();
        assertThat(provider.priority()).isEqualTo(1);
        assertThat(provider.weight()).isEqualTo(1);
        assertThat(provider.proxy()).isNull();
        assertThat(provider.tls()).isNull();
    }

    @Test
    void of_the_health_check() {
        HealthCheckConfig check = config().providers().get(0).healthCheck();

        assertThat(check.enabled()).isFalse();
        assertThat(check.interval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(check.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(check.endpoint()).isNull();
    }

    @Test
    void the_default_timeouts() {
        TimeoutsConfig timeouts = config().providers().get(0).timeouts();

        assertThat(timeouts.connect()).isEqualTo(Duration.ofSeconds(5));
        assertThat(timeouts.response()).isEqualTo(Duration.ofSeconds(600));
        assertThat(timeouts.firstToken()).isEqualTo(Duration.ofSeconds(120));
        assertThat(timeouts.idle()).isEqualTo(Duration.ofSeconds(120));
        assertThat(timeouts.total()).isEqualTo(Duration.ofMinutes(60));
        assertThat(timeouts.keepAlive()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void of_the_simulator() {
        SimulatorConfig simulator = config().providers().get(0).simulator();

        assertThat(simulator.latency()).isEqualTo(Duration.ofMillis(200));
        assertThat(simulator.tokensPerSecond()).isEqualTo(50);
        assertThat(simulator.failureRate()).isZero();
        assertThat(simulator.failureStatus()).isEqualTo(503);
        assertThat(simulator.retryAfter()).isNull();
        assertThat(simulator.breakAfterTokens()).isNull();
        assertThat(simulator.seed()).isEqualTo(1);
    }

    @Test
    void of_the_routing() {
        RoutingConfig routing = config().routing();

        assertThat(routing.strategy()).isEqualTo("priority");
        assertThat(routing.providers()).containsExactly("sim");
        assertThat(routing.modelRoutes()).isEmpty();
        assertThat(routing.defaultProvider()).isNull();
        assertThat(routing.latency().window()).isEqualTo(Duration.ofMinutes(5));
        assertThat(routing.latency().percentile()).isEqualTo(95);
        assertThat(routing.fallback()).isNull();
        assertThat(routing.slowStart()).isZero();
        assertThat(routing.lowRemaining()).isEqualTo(0.02);
    }

    @Test
    void of_the_failover() {
        FailoverConfig failover = config().routing().failover();

        assertThat(failover.enabled()).isTrue();
        assertThat(failover.maxRetries()).isEqualTo(2);
        assertThat(failover.retryCodes()).isEqualTo(Set.of(408, 409, 429, 500, 502, 503, 504, 529));
        assertThat(failover.deadline()).isEqualTo(Duration.ofSeconds(600));
        assertThat(failover.circuitBreaker().enabled()).isTrue();
        assertThat(failover.circuitBreaker().failureThreshold()).isEqualTo(5);
        assertThat(failover.circuitBreaker().successThreshold()).isEqualTo(3);
        assertThat(failover.circuitBreaker().timeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void of_a_fallback_that_stands() {
        RoutingConfig.Fallback fallback = ConfigFiles.in(directory)
                .load(MINIMAL + "  routing: {fallback: {provider: sim}}\n")
                .config()
                .routing()
                .fallback();

        assertThat(fallback.onError()).isTrue();
        assertThat(fallback.onRateLimit()).isTrue();
    }

    @Test
    void of_the_server() {
        ServerConfig server = config().server();

        assertThat(server.maxBody()).isEqualTo(20 * 1024 * 1024);
        assertThat(server.maxRequests()).isEqualTo((int) (Runtime.getRuntime().maxMemory() >> 17));
        assertThat(server.memory()).isEqualTo(Runtime.getRuntime().maxMemory() / 4);
        assertThat(server.headerTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(server.bodyTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(server.keepAliveTimeout()).isEqualTo(Duration.ofSeconds(75));
        assertThat(server.streamStartAfter()).isEqualTo(Duration.ofSeconds(30));
        assertThat(server.streamKeepAlive()).isEqualTo(Duration.ofSeconds(15));
        assertThat(server.workerThreads()).isEqualTo(1000);
        assertThat(server.workerShare()).isEqualTo(0.8);
        assertThat(server.allowAnonymous()).isFalse();
        assertThat(server.apiKeys()).isEmpty();
        assertThat(server.explainHeader()).isFalse();
        assertThat(server.unknownIds()).isEqualTo(UnknownIds.AUTO);
        assertThat(server.responseStore()).isEqualTo(64L << 20);
        assertThat(server.proxy()).isNull();
        assertThat(server.tls()).isNull();
    }

    @Test
    void of_tls_and_client_keys_that_stand() {
        ServerConfig server = ConfigFiles.in(directory)
                .load(MINIMAL + "  server: {tls: {}, api_keys: [{key: k, name: n}]}\n")
                .config()
                .server();

        assertThat(server.tls()).isEqualTo(new TlsConfig(null, null, null, false));
        assertThat(server.apiKeys())
                .containsExactly(new ServerConfig.ApiKey(
                        new Secret("k"), null, null, null, "n", List.of(), RateLimitConfig.NONE));
    }

    @Test
    void of_admin_and_logging() {
        assertThat(config().admin().host()).isEqualTo("127.0.0.1");
        assertThat(config().admin().token()).isNull();
        assertThat(config().admin().basic()).isNull();
        assertThat(config().admin().publicMetrics()).isFalse();
        assertThat(config().logging().format()).isEqualTo("text");
        assertThat(config().logging().prompts()).isFalse();
    }

    @Test
    void of_token_accounting_and_limits() {
        TokenAccountingConfig accounting = config().tokenAccounting();

        assertThat(accounting.enabled()).isFalse();
        assertThat(accounting.key()).isEqualTo("client");
        assertThat(accounting.trust()).isEqualTo("keys");
        assertThat(accounting.jwt()).isNull();
        assertThat(accounting.source()).isEqualTo("response");
        assertThat(accounting.inputSource()).isEqualTo("response");
        assertThat(accounting.outputSource()).isEqualTo("response");
        assertThat(accounting.tokenizer()).isEqualTo("cl100k_base");
        assertThat(accounting.storage()).isEqualTo("memory");
        assertThat(accounting.retention()).isEqualTo(Duration.ofHours(24));
        assertThat(accounting.file().path()).isEqualTo(Path.of("data/usage"));
        assertThat(accounting.redis()).isEqualTo(new AccountStoreConfig.Redis(null, null, 0, "loom:tokens:"));
        assertThat(accounting.postgres()).isEqualTo(new AccountStoreConfig.Postgres(null, "token_usage"));
        assertThat(accounting.timeZone()).isEqualTo("UTC");
        assertThat(accounting.limits()).isEmpty();
        assertThat(accounting.costLimits()).isEmpty();
        assertThat(accounting.tiers()).isEmpty();
        assertThat(accounting.responseHeaders().enabled()).isFalse();
        assertThat(accounting.webhooks()).isEmpty();
        assertThat(config().limits()).isEqualTo(RequestLimitsConfig.NONE);
    }

    @Test
    void of_a_webhook_and_of_jwt_that_stand() {
        TokenAccountingConfig accounting = ConfigFiles.in(directory)
                .load(MINIMAL + "  token_accounting: {webhooks: [{url: 'https://h'}], jwt: {jwks_url: 'https://i'}}\n")
                .config()
                .tokenAccounting();

        assertThat(accounting.webhooks())
                .containsExactly(
                        new WebhookConfig("https://h", List.of("limit_warning", "limit_reached"), 0.8, null, false));
        assertThat(accounting.jwt())
                .isEqualTo(new JwtConfig("https://i", null, null, null, null, Duration.ofSeconds(60), "Authorization"));
    }

    @Test
    void priorities_follow_the_explicit_ones_in_the_order_of_routing() {
        GatewayConfig config = ConfigFiles.in(directory)
                .load(
                        """
                        ai_gateway:
                          providers:
                            - {name: a, type: simulator}
                            - {name: b, type: simulator, priority: 7}
                            - {name: c, type: simulator}
                            - {name: d, type: simulator}
                          routing:
                            providers: [{name: d}, {name: c, priority: 2}, {name: b}]
                        """)
                .config();

        assertThat(config.providers())
                .extracting(ProviderConfig::name, ProviderConfig::priority)
                .containsExactly(tuple("a", 9), tuple("b", 7), tuple("c", 2), tuple("d", 8));
        assertThat(config.routing().providers()).containsExactly("d", "c", "b");
    }

    @Test
    void a_gateway_that_is_switched_off_needs_nothing_else() {
        GatewayConfig config =
                ConfigFiles.in(directory).load("ai_gateway: {enabled: false}").config();

        assertThat(config.enabled()).isFalse();
        assertThat(config.providers()).isEmpty();
    }
}
