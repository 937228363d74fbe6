package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.loom.gateway.camel.live.RouteFileSchema;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Route;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The route files are part of the public surface: their ids stand in JMX and metrics, and people edit them. */
class RoutesTest {

    @Test
    void the_ids_of_the_routes_are_these_and_each_says_what_it_is_for() {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.start(TestGateway.providers("health_check: {enabled: true}", a))) {
            List<Route> routes = gateway.camel().getRoutes();
            assertThat(routes)
                    .extracting(Route::getRouteId)
                    .containsExactlyInAnyOrder(
                            "loom-chat-completions",
                            "loom-embeddings",
                            "loom-messages",
                            "loom-messages-count",
                            "loom-responses",
                            "loom-responses-count",
                            "loom-response",
                            "loom-completions",
                            "loom-gemini",
                            "loom-gemini-models",
                            "loom-gemini-model",
                            "loom-azure-chat",
                            "loom-azure-embeddings",
                            "loom-models",
                            "loom-model",
                            "loom-on-request",
                            "loom-on-answer",
                            "loom-on-finished",
                            "loom-serve",
                            "loom-dispatch",
                            "loom-attempt",
                            "loom-provider-a",
                            "loom-health-a",
                            "loom-ask",
                            "loom-ask-embeddings",
                            "loom-admin-providers",
                            "loom-admin-provider",
                            "loom-admin-provider-health",
                            "loom-admin-provider-stats",
                            "loom-admin-config",
                            "loom-admin-explain",
                            "loom-admin-page",
                            "loom-admin-requests",
                            "loom-admin-history",
                            "loom-admin-drain",
                            "loom-admin-resume",
                            "loom-admin-reset",
                            "loom-admin-reset-breaker",
                            "loom-admin-reload",
                            "loom-usage",
                            "loom-admin-usage",
                            "loom-admin-usage-forget",
                            "loom-admin-usage-top",
                            "loom-admin-usage-series",
                            "loom-admin-usage-csv",
                            "loom-admin-live",
                            "loom-admin-ready");
            assertThat(routes).allSatisfy(route -> assertThat(route.getDescription())
                    .as(route.getRouteId())
                    .endsWith("."));
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_route_file_is_what_camels_own_schema_says(Path file) throws IOException {
        assertThat(RouteFileSchema.problems(ResourceHelper.fromBytes(file.toString(), Files.readAllBytes(file))))
                .isEmpty();
    }

    /** The build unpacks the schema of pom.xml's {@code camel.newest.version}. */
    @ParameterizedTest
    @MethodSource("files")
    void a_route_file_is_what_the_newest_published_schema_says(Path file) throws IOException {
        try (InputStream schema = Files.newInputStream(Path.of("target/newest-camel/schema/camelYamlDsl.json"))) {
            assertThat(schema(schema).validate(yaml(file))).isEmpty();
        }
    }

    private static JsonNode yaml(Path file) throws IOException {
        Object yaml = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        return new ObjectMapper().valueToTree(yaml);
    }

    private static JsonSchema schema(InputStream json) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(json);
    }

    static Stream<Path> files() throws IOException {
        return Files.list(Path.of("routes")).sorted();
    }
}
