package dev.loom.gateway.camel.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.observe.Management;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What JMX shows of the gateway and its providers. The names are what people's scripts and dashboards rely on. */
class ManagementTest {

    private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();

    @TempDir
    private Path directory;

    private static ObjectName provider(CamelContext context, String name) throws JMException {
        return new ObjectName(
                "dev.loom.gateway:context=" + context.getManagementName() + ",type=provider,name=" + name);
    }

    private static ObjectName gateway(CamelContext context) throws JMException {
        return new ObjectName("dev.loom.gateway:context=" + context.getManagementName() + ",type=gateway");
    }

    private static Object read(ObjectName name, String attribute) throws JMException {
        return JMX.getAttribute(name, attribute);
    }

    /** Long: every attribute once. */
    @Test
    void a_provider_s_attributes_are_the_figures_of_the_admin_api() throws JMException {
        String limits = "rate_limit: {requests_per_minute: 60, tokens_per_minute: 1000}\n"
                + "cost: {input_per_1k: 1.0, output_per_1k: 2.0}\n";
        try (FakeProvider a = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(TestGateway.providers(limits, a))) {
            gateway.chat(TestGateway.chat("gpt-4", false));
            gateway.chat(TestGateway.chat("gpt-4", true));
            a.behave(call -> call.error(400, "invalid_request_error", "no"));
            gateway.chat(TestGateway.chat("gpt-4", false));
            ObjectName name = provider(gateway.camel(), "a");
            JsonNode stats = gateway.stats("a");
            assertThat(read(name, "Requests"))
                    .isEqualTo(3L)
                    .isEqualTo(stats.path("requests").asLong());
            assertThat(read(name, "Successes"))
                    .isEqualTo(2L)
                    .isEqualTo(stats.path("successes").asLong());
            assertThat(read(name, "Errors")).isEqualTo(1L);
            assertThat(read(name, "ErrorsByClass")).isEqualTo(Map.of("caller_fault", 1L));
            assertThat(read(name, "InputTokens"))
                    .isEqualTo(stats.at("/tokens/input").asLong());
            assertThat(read(name, "OutputTokens"))
                    .isEqualTo(stats.at("/tokens/output").asLong());
            assertThat(read(name, "CachedTokens")).isEqualTo(0L);
            assertThat((Double) read(name, "CostUsd"))
                    .isPositive()
                    .isEqualTo(stats.path("cost_usd").asDouble());
            for (String figure : List.of("Avg", "P50", "P95", "P99")) {
                assertThat(read(name, "Latency" + figure + "Ms"))
                        .as(figure)
                        .isEqualTo(
                                stats.at("/latency_ms/" + figure.toLowerCase()).asDouble());
            }
            for (String figure : List.of("P50", "P95")) {
                assertThat(read(name, "TimeToFirstToken" + figure + "Ms"))
                        .as(figure)
                        .isEqualTo(stats.at("/time_to_first_token_ms/" + figure.toLowerCase())
                                .asDouble());
            }
            assertThat(read(name, "InFlight")).isEqualTo(0L);
            assertThat(read(name, "CircuitBreaker")).isEqualTo("closed");
            assertThat(read(name, "ConsecutiveFailures")).isEqualTo(0);
            assertThat(read(name, "Limits")).isEqualTo(Map.of("requests_per_minute", 60L, "tokens_per_minute", 1000L));
            assertThat((Map<?, ?>) read(name, "LimitsRemaining")).hasSize(2);
            assertThat(read(name, "Status")).isEqualTo("healthy");
            assertThat(read(name, "HealthError")).isNull();
            assertThat(read(name, "LastCheck").toString()).endsWith("Z");
            assertThat(read(name, "Type")).isEqualTo("openai");
            assertThat(read(name, "Models")).isEqualTo(List.of("gpt-4"));
        }
    }

    @Test
    void a_cool_down_and_an_open_breaker_are_seen_and_the_breaker_is_reset() throws JMException {
        try (FakeProvider a = FakeProvider.failing(429, "rate_limit_error", "slow down");
                TestGateway gateway = TestGateway.over(a)) {
            gateway.chat(TestGateway.chat("gpt-4", false));
            ObjectName name = provider(gateway.camel(), "a");
            assertThat(read(name, "CoolDownUntil"))
                    .isEqualTo(gateway.stats("a").path("cooldown_until").asText());
            JMX.invoke(name, "reset", new Object[0], new String[0]);
            assertThat(read(name, "CoolDownUntil")).isNull();
        }
        String hasty = "routing: {failover: {max_retries: 0, circuit_breaker: {failure_threshold: 1}}}\n";
        try (FakeProvider a = FakeProvider.failing(500, "server_error", "oops");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", a) + hasty)) {
            gateway.chat(TestGateway.chat("gpt-4", false));
            ObjectName name = provider(gateway.camel(), "a");
            assertThat(read(name, "CircuitBreaker")).isEqualTo("open");
            JMX.invoke(name, "resetCircuitBreaker", new Object[0], new String[0]);
            assertThat(read(name, "CircuitBreaker")).isEqualTo("closed");
        }
    }

    @Test
    void the_gateway_has_one_too_and_everything_says_what_it_is() throws JMException {
        try (FakeProvider a = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(a)) {
            ObjectName name = gateway(gateway.camel());
            assertThat(read(name, "Strategy")).isEqualTo("priority");
            assertThat(read(name, "RequestsInFlight")).isEqualTo(0);
            assertThat(read(name, "Version").toString()).isNotBlank();
            assertThat((List<?>) read(name, "ConfigFiles")).hasSize(1);
            for (ObjectName shown : List.of(name, provider(gateway.camel(), "a"))) {
                MBeanInfo info = JMX.getMBeanInfo(shown);
                assertThat(Arrays.asList(info.getAttributes())).isNotEmpty().allMatch(ManagementTest::isDescribed);
                assertThat(Arrays.asList(info.getAttributes())).noneMatch(attribute -> attribute.isWritable());
                assertThat(Arrays.stream(info.getOperations()).filter(operation -> !isGetter(operation)))
                        .allMatch(ManagementTest::isDescribed);
            }
        }
    }

    private static boolean isGetter(MBeanFeatureInfo operation) {
        return operation.getName().startsWith("get") || operation.getName().startsWith("is");
    }

    private static boolean isDescribed(MBeanFeatureInfo feature) {
        return feature.getDescription().contains(" ")
                && !feature.getDescription().equals(feature.getName());
    }

    @Test
    void they_go_with_the_context() throws JMException {
        ObjectName name;
        try (FakeProvider a = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(a)) {
            name = provider(gateway.camel(), "a");
            assertThat(JMX.isRegistered(name)).isTrue();
        }
        assertThat(JMX.isRegistered(name)).isFalse();
    }

    @Test
    void without_camel_s_jmx_there_are_none() throws JMException {
        ObjectName all = new ObjectName("dev.loom.gateway:*");
        Set<ObjectName> before = JMX.queryNames(all, null);
        try (FakeProvider a = FakeProvider.saying("fine");
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("", a), Map.of("camel.main.jmxEnabled", "false"))) {
            assertThat(gateway.chat(TestGateway.chat("gpt-4", false)).statusCode())
                    .isEqualTo(200);
            assertThat(before).containsAll(JMX.queryNames(all, null));
        }
    }

    @Test
    void after_a_change_of_providers_the_new_ones_are_shown_and_no_others() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addOverrideProperty("loom.enabled", "false");
            context.start();
            Management management = new Management(context);
            ProviderTraffic before = traffic("a");
            ProviderTraffic stays = traffic("b");
            management.show(List.of(before, stays));
            ProviderTraffic after = traffic("a");
            management.show(List.of(after, stays, traffic("c-new")));
            after.drain();
            assertThat(read(provider(context, "a"), "Drained")).isEqualTo(true);
            assertThat(read(provider(context, "c-new"), "Name")).isEqualTo("c-new");
            management.show(List.of(stays));
            assertThat(JMX.queryNames(provider(context, "*"), null)).containsExactly(provider(context, "b"));
        }
    }

    private ProviderTraffic traffic(String name) throws IOException, ConfigException {
        Path file = directory.resolve("ai-gateway.yaml");
        Files.writeString(
                file, "ai_gateway: {providers: [{name: \"%s\", type: simulator, models: [gpt-4]}]}".formatted(name));
        GatewayConfig config =
                ConfigLoader.ofEnvironment().load(List.of("file:" + file)).config();
        return new ProviderTraffic(config.providers().get(0), config.routing(), TimeSource.system());
    }
}
