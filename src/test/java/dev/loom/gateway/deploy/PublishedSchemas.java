package dev.loom.gateway.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the platforms' own schemas find in a manifest: a field that they do not know, one of another type, one that is
 * missing. Kubernetes' are in its Java client, Camel K's in its custom resource definitions.
 */
final class PublishedSchemas {

    /** Kubernetes' model of Java classes keeps fields that it does not know; here they are errors. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    private PublishedSchemas() {}

    /** One line for each problem; none where the platform would take the manifest. */
    static List<String> problems(JsonNode manifest) {
        String type = manifest.path("apiVersion").asText() + " "
                + manifest.path("kind").asText();
        return switch (type) {
            case "apps/v1 Deployment" -> kubernetes(manifest, V1Deployment.class);
            case "v1 Service" -> kubernetes(manifest, V1Service.class);
            case "v1 ConfigMap" -> kubernetes(manifest, V1ConfigMap.class);
            case "autoscaling/v2 HorizontalPodAutoscaler" -> kubernetes(manifest, V2HorizontalPodAutoscaler.class);
            case "policy/v1 PodDisruptionBudget" -> kubernetes(manifest, V1PodDisruptionBudget.class);
            case "monitoring.coreos.com/v1 ServiceMonitor" -> serviceMonitor(manifest);
            case "monitoring.coreos.com/v1 PrometheusRule" -> operator(manifest, PrometheusRule.class);
            case "camel.apache.org/v1 Integration" -> camelK(manifest, "integrations");
            case "camel.apache.org/v1 Kamelet" -> camelK(manifest, "kamelets");
            default -> List.of("There is no schema for '" + type + "'.");
        };
    }

    private static List<String> kubernetes(JsonNode manifest, Class<?> model) {
        try {
            Object read = JSON.deserialize(manifest.toString(), model);
            return changed(manifest, STRICT.readTree(JSON.serialize(read)));
        } catch (RuntimeException | JsonProcessingException e) {
            return List.of(Objects.toString(e.getMessage()));
        }
    }

    /** The model does not say what is required: a selector and endpoints are. */
    private static List<String> serviceMonitor(JsonNode manifest) {
        Stream<String> missing = Stream.of("selector", "endpoints")
                .filter(key -> !manifest.path("spec").has(key))
                .map(key -> "spec." + key + " is missing.");
        return Stream.concat(operator(manifest, ServiceMonitor.class).stream(), missing)
                .toList();
    }

    private static List<String> operator(JsonNode manifest, Class<?> model) {
        try {
            return changed(manifest, STRICT.valueToTree(STRICT.treeToValue(manifest, model)));
        } catch (JsonProcessingException e) {
            return List.of(e.getOriginalMessage());
        }
    }

    /** Both readers take the text "3" for a number; what they make of it shows that it is none. */
    private static List<String> changed(JsonNode manifest, JsonNode read) {
        JsonNode written = withoutEmpty(manifest.deepCopy());
        return written.equals(withoutEmpty(read))
                ? List.of()
                : List.of("Of another type than the schema's: " + written + " is read as " + read);
    }

    /** The readers add empty lists and maps. */
    private static JsonNode withoutEmpty(JsonNode node) {
        node.forEach(PublishedSchemas::withoutEmpty);
        Iterator<JsonNode> children = node.elements();
        while (children.hasNext()) {
            JsonNode child = children.next();
            if (child.isContainerNode() && child.isEmpty()) {
                children.remove();
            }
        }
        return node;
    }

    private static List<String> camelK(JsonNode manifest, String plural) {
        JsonNode schema = definition(plural)
                .at("/spec/versions")
                .findParents("schema")
                .get(0)
                .at("/schema/openAPIV3Schema");
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                .getSchema(closed(schema))
                .validate(manifest)
                .stream()
                .map(Object::toString)
                .toList();
    }

    private static JsonNode definition(String plural) {
        String file = "/camel.apache.org_" + plural + ".yaml";
        try (InputStream in = Objects.requireNonNull(PublishedSchemas.class.getResourceAsStream(file), file)) {
            return Manifests.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kubernetes drops fields that a definition does not know; here they are errors. */
    private static JsonNode closed(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            boolean open = object.path("x-kubernetes-preserve-unknown-fields").asBoolean();
            if (object.path("properties").isObject() && !open) {
                object.put("additionalProperties", false);
            }
            object.properties().removeIf(property -> property.getKey().startsWith("x-kubernetes-"));
        }
        schema.forEach(PublishedSchemas::closed);
        return schema;
    }
}
