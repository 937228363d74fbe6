package dev.loom.gateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.CommandBlock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Kubernetes, the Prometheus operator and Camel K would take the manifests. */
class KubernetesTest {

    static Stream<Path> manifests() {
        return Stream.of(Manifests.KUBERNETES, Manifests.KAMELETS)
                .flatMap(directory -> Manifests.in(directory).stream());
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void each_is_valid_by_its_published_schema(Path manifest) {
        assertThat(PublishedSchemas.problems(Manifests.read(manifest))).isEmpty();
    }

    @Test
    void each_kind_is_there() {
        assertThat(manifests()
                        .map(manifest -> Manifests.read(manifest).path("kind").asText()))
                .contains(
                        "Deployment",
                        "Service",
                        "ConfigMap",
                        "ServiceMonitor",
                        "HorizontalPodAutoscaler",
                        "PodDisruptionBudget",
                        "Integration",
                        "Kamelet");
    }

    /** As docs/deploying.md makes it of the rules; what it would apply is printed. */
    @Test
    void the_alerts_become_a_rule_of_the_operator() throws Exception {
        JsonNode rule = Manifests.parse(CommandBlock.named("docs/deploying.md", "prometheus-rule")
                .run(Path.of("."), script -> "kubectl() { cat; }\n" + script));
        assertThat(PublishedSchemas.problems(rule)).isEmpty();
        assertThat(rule.path("spec"))
                .isEqualTo(Manifests.read(Path.of("src/main/resources/prometheus/loom-ai-gateway.rules.yaml")));
    }

    @ParameterizedTest(name = "{0}: {1} becomes {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            deployment.yaml          | terminationGracePeriodSeconds: | terminationGraceSeconds:     | is not defined
            deployment.yaml          | periodSeconds: 2               | periodSeconds: '2'           | Of another type
            deployment.yaml          | maxSurge: 1                    | maxSurge: [1]                | to be a primitive type
            deployment.yaml          | key: openai-api-key            | optional: true               | `key` is not found
            service.yaml             | targetPort: http               | target: http                 | is not defined
            service.yaml             | port: 80                       | port: eighty                 | NumberFormatException
            configmap.yaml           | metadata:                      | meta:                        | is not defined
            hpa.yaml                 | maxReplicas: 10                | minReplicas: 2               | `maxReplicas` is not found
            hpa.yaml                 | averageUtilization: 70         | averageUtilization: high     | NumberFormatException
            pdb.yaml                 | maxUnavailable:                | unavailable:                 | is not defined
            servicemonitor.yaml      | path: /metrics                 | paths: /metrics              | Unrecognized field
            servicemonitor.yaml      | interval: 15s                  | interval: [15s]              | Cannot deserialize
            servicemonitor.yaml      | interval: 15s                  | interval: 15                 | Of another type
            state/valkey.yaml        | secretKeyRef:                 | secretReference:             | is not defined
            state/valkey.yaml        | containerPort: 6379           | containerPort: redis         | NumberFormatException
            state/valkey-service.yaml | targetPort: redis            | target: redis                | is not defined
            camel-k/integration.yaml | limitMemory:                   | memoryLimit:                 | not defined in the schema
            camel-k/integration.yaml | port: 8080                     | port: '8080'                 | integer expected
            camel-k/integration.yaml | readinessProbe:                | readyProbe:                  | not defined in the schema
            camel-k/integration.yaml | '- name: tmp'                  | '- mountPropagation: None'   | 'name' not found
            """)
    void a_mistake_in_one_is_found(String file, String right, String wrong, String problem) throws Exception {
        String yaml = Files.readString(Manifests.KUBERNETES.resolve(file));
        JsonNode mistaken = Manifests.parse(yaml.replaceFirst(Pattern.quote(right), wrong));
        assertThat(mistaken).isNotEqualTo(Manifests.kubernetes(file));
        assertThat(String.join(" ", PublishedSchemas.problems(mistaken))).contains(problem);
    }

    @Test
    void so_is_what_is_missing_from_a_service_monitor_or_unknown_in_a_kamelet() {
        JsonNode monitor =
                Manifests.parse("{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, spec: {selector: {}}}");
        assertThat(PublishedSchemas.problems(monitor)).containsExactly("spec.endpoints is missing.");
        JsonNode kamelet =
                Manifests.parse("{apiVersion: camel.apache.org/v1, kind: Kamelet, spec: {definition: {titel: Chat}}}");
        assertThat(PublishedSchemas.problems(kamelet))
                .singleElement()
                .asString()
                .contains("titel");
        assertThat(PublishedSchemas.problems(Manifests.parse("{apiVersion: v2, kind: Pod}")))
                .containsExactly("There is no schema for 'v2 Pod'.");
    }
}
