package dev.loom.gateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests fit each other, the gateway's own settings and its image, for Kubernetes as for Camel K. */
class PodTest {

    /** What closing costs after the requests have ended, with room to spare. */
    private static final int CLOSING_SECONDS = 5;

    private static final JsonNode DEPLOYMENT = Manifests.kubernetes("deployment.yaml");
    private static final JsonNode INTEGRATION = Manifests.kubernetes("camel-k/integration.yaml");

    static Stream<JsonNode> pods() {
        return Stream.of(DEPLOYMENT, INTEGRATION).map(manifest -> manifest.at("/spec/template/spec"));
    }

    private static JsonNode container(JsonNode pod) {
        return pod.at("/containers/0");
    }

    @ParameterizedTest
    @MethodSource("pods")
    void streams_have_the_time_to_end(JsonNode pod) throws IOException {
        JsonNode preStop = container(pod).at("/lifecycle/preStop");
        int sleep = preStop.has("sleep")
                ? preStop.at("/sleep/seconds").asInt()
                : preStop.at("/exec/command/1").asInt();
        int shutdown = Integer.parseInt(settings().getProperty("camel.main.shutdownTimeout"));
        assertThat(sleep).isPositive();
        assertThat(pod.path("terminationGracePeriodSeconds").asInt())
                .isGreaterThanOrEqualTo(sleep + shutdown + CLOSING_SECONDS);
    }

    @ParameterizedTest
    @MethodSource("pods")
    void probes_ask_the_admin_port(JsonNode pod) {
        JsonNode container = container(pod);
        assertThat(container.at("/livenessProbe/httpGet").toString())
                .isEqualTo("{\"path\":\"/live\",\"port\":\"admin\"}");
        assertThat(container.at("/startupProbe/httpGet").toString())
                .isEqualTo("{\"path\":\"/live\",\"port\":\"admin\"}");
        assertThat(container.at("/readinessProbe/httpGet").toString())
                .isEqualTo("{\"path\":\"/ready\",\"port\":\"admin\"}");
    }

    @ParameterizedTest
    @MethodSource("pods")
    void the_process_is_not_root_and_writes_nothing_but_temporary_files(JsonNode pod) throws IOException {
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(Image.dockerfile().get("USER"))
                .containsExactly(pod.at("/securityContext/runAsUser").asText() + ":"
                        + pod.at("/securityContext/runAsGroup").asText());
        JsonNode security = container(pod).path("securityContext");
        assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        assertThat(container(pod).path("volumeMounts"))
                .filteredOn(mount -> !mount.path("readOnly").asBoolean())
                .extracting(mount -> mount.path("mountPath").asText())
                .containsExactly("/tmp");
    }

    @ParameterizedTest
    @MethodSource("pods")
    void the_configuration_is_mounted_where_the_image_looks_for_it(JsonNode pod) throws IOException {
        assertThat(container(pod).at("/volumeMounts/0/mountPath").asText())
                .isEqualTo(Image.dockerfile().get("WORKDIR").get(0));
        assertThat(pod.at("/volumes/0/configMap/name"))
                .isEqualTo(Manifests.kubernetes("configmap.yaml").at("/metadata/name"));
    }

    /** All that the pod gets besides is refused, so that no secret stands in a manifest. */
    @ParameterizedTest
    @MethodSource("pods")
    void every_variable_of_the_configuration_comes_from_a_secret_and_opens_both_ports(
            JsonNode pod, @TempDir Path directory) throws Exception {
        Map<String, String> secrets = new HashMap<>();
        container(pod).path("env").forEach(variable -> {
            assertThat(variable.has("value")).as(variable.toString()).isFalse();
            assertThat(variable.at("/valueFrom/secretKeyRef/name").asText()).isEqualTo("loom-ai-gateway");
            secrets.put(variable.path("name").asText(), "secret");
        });
        String yaml = Manifests.kubernetes("configmap.yaml")
                .path("data")
                .path("ai-gateway.yaml")
                .asText();
        Path file = Files.writeString(directory.resolve("ai-gateway.yaml"), yaml);
        GatewayConfig config =
                new ConfigLoader(secrets::get).load(List.of(file.toString())).config();
        assertThat(config.admin().host()).isEqualTo("0.0.0.0");
        assertThat(config.admin().token()).isNotNull();
        assertThat(config.server().apiKeys()).hasSize(1);
        assertThat(secrets.keySet()).allSatisfy(name -> assertThat(yaml).contains("${" + name + "}"));
    }

    @Test
    void the_ports_are_the_gateways_own() throws IOException {
        assertThat(settings().getProperty("camel.server.port")).endsWith(":8080}}");
        assertThat(settings().getProperty("camel.management.port")).endsWith(":9091}}");
        assertThat(container(DEPLOYMENT.at("/spec/template/spec")).path("ports").findValuesAsText("containerPort"))
                .containsExactly("8080", "9091");
        assertThat(INTEGRATION.at("/spec/traits/container/port").asInt()).isEqualTo(8080);
        assertThat(container(INTEGRATION.at("/spec/template/spec"))
                        .at("/ports/0/containerPort")
                        .asInt())
                .isEqualTo(9091);
        assertThat(Manifests.kubernetes("service.yaml").at("/spec/ports").findValuesAsText("targetPort"))
                .containsExactly("http", "admin");
        assertThat(Manifests.kubernetes("servicemonitor.yaml")
                        .at("/spec/endpoints/0/port")
                        .asText())
                .isEqualTo("admin");
    }

    @Test
    void every_selector_finds_the_pods() {
        JsonNode labels = DEPLOYMENT.at("/spec/template/metadata/labels");
        assertThat(labels).isNotEmpty();
        assertThat(DEPLOYMENT.at("/spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(DEPLOYMENT
                        .at("/spec/template/spec/topologySpreadConstraints")
                        .findValues("matchLabels"))
                .hasSize(2)
                .containsOnly(labels);
        JsonNode service = Manifests.kubernetes("service.yaml");
        assertThat(service.at("/spec/selector")).isEqualTo(labels);
        assertThat(Manifests.kubernetes("pdb.yaml").at("/spec/selector/matchLabels"))
                .isEqualTo(labels);
        assertThat(Manifests.kubernetes("servicemonitor.yaml").at("/spec/selector/matchLabels"))
                .isEqualTo(service.at("/metadata/labels"));
        assertThat(Manifests.kubernetes("hpa.yaml").at("/spec/scaleTargetRef/name"))
                .isEqualTo(DEPLOYMENT.at("/metadata/name"));
    }

    private static Properties settings() throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(Files.readString(Path.of("application.properties"))));
        return settings;
    }
}
