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
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** People edit the route files, and read their descriptions in JMX. The ids are pinned by {@code PublicSurfaceTest}. */
class RoutesTest {

    @Test
    void each_route_says_what_it_is_for() {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.start(TestGateway.providers("health_check: {enabled: true}", a))) {
            assertThat(gateway.camel().getRoutes()).hasSizeGreaterThan(40).allSatisfy(route -> assertThat(
                            route.getDescription())
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

    /** Camel would wait half a minute for it, on a thread of the server. */
    @ParameterizedTest
    @MethodSource("files")
    void a_route_does_not_wait_for_another_one_that_is_not_there(Path file) throws IOException {
        for (String kind : List.of("to", "toD")) {
            assertThat(yaml(file).findValues(kind))
                    .filteredOn(step -> step.path("uri").asText().startsWith("direct:"))
                    .allSatisfy(step -> assertThat(step.at("/parameters/block").asText())
                            .as(step.toString())
                            .isEqualTo("false"));
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
