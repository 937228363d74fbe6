package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.port.Version;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Operation;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Route;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code /openapi.json} of the admin port against the gateway that serves it. */
@NullUnmarked
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {

    private static final Pattern SERVED =
            Pattern.compile("^(platform-http|loom-admin)://?(/[^?]*)\\?.*httpMethodRestrict=([A-Z,%0-9]+).*");

    private FakeProvider provider;
    private TestGateway gateway;
    private JsonNode document;

    @BeforeAll
    void start() {
        provider = new FakeProvider(call -> call.json(200, "{\"id\":\"x_1\"}"));
        gateway = TestGateway.start(
                """
                providers:
                  - {name: sim, type: simulator, models: [gpt-4]}
                  - {name: spare, type: openai, api_key: some-key, base_url: "%s", models: [{name: gpt-4, surfaces: [chat, responses]}]}
                token_accounting: {enabled: true, trust: anonymous, key: "header:X-Team", limits: [{name: per_minute, window: 1m, max_tokens: 1000000}]}
                server:
                  pass_through: [moderations, audio, images, rerank, files, batches, uploads, fine_tuning, vector_stores]
                """
                        .formatted(provider.url()));
        document = gateway.admin("/openapi.json");
    }

    @AfterAll
    void stop() {
        gateway.close();
        provider.close();
    }

    List<Operation> operations() {
        return Operation.in(document);
    }

    @Test
    void it_is_of_this_version_in_openapi_3_1() {
        assertThat(document.path("openapi").asText()).startsWith("3.1.");
        assertThat(document.at("/info/version").asText()).isEqualTo(Version.NUMBER);
        assertThat(operations())
                .extracting(operation -> operation.said().path("operationId").asText())
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void every_path_answers_as_it_says(Operation operation) {
        HttpResponse<String> answer = ask(operation);
        assertThat(answer.body()).doesNotContain("unknown_url", "method_not_allowed");
        int status = answer.statusCode();
        JsonNode said = operation.said().path("responses");
        assertThat(said.has(Integer.toString(status)) || said.has(status / 100 + "XX"))
                .as("%s: %s", status, answer.body())
                .isTrue();
        // Nothing is kept of responses that nobody has asked for, nor of what no provider has made; forms are not sent
        // here.
        boolean held = operation.path().startsWith("/v1/responses/{id}");
        if (!held && !operation.said().at("/tags/0").asText().equals("Passed on")) {
            assertThat(status).as(answer.body()).isEqualTo(200);
        }
    }

    private HttpResponse<String> ask(Operation operation) {
        String url = "http://127.0.0.1:" + operation.port(gateway) + operation.target("gpt-4", "sim");
        JsonNode example = operation.example();
        return gateway.send(HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .method(
                        operation.method(),
                        example.isMissingNode()
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(example.toString())));
    }

    @Test
    void every_path_that_a_route_serves_is_in_it() {
        Map<String, Set<String>> written = operations().stream()
                .collect(Collectors.groupingBy(
                        Operation::path, Collectors.mapping(Operation::method, Collectors.toSet())));
        Set<String> missing = new TreeSet<>();
        List<String> served = new ArrayList<>();
        for (Route route : gateway.camel().getRoutes()) {
            Matcher from = SERVED.matcher(route.getEndpoint().getEndpointUri());
            if (from.find()) {
                String path = from.group(2).replace("%7B", "{").replace("%7D", "}")
                        + (from.group().contains("matchOnUriPrefix=true") ? "*" : "");
                served.add(path);
                for (String method : from.group(3).split(",|%2C")) {
                    boolean there = written.entrySet().stream()
                            .anyMatch(entry -> covers(entry.getKey(), path)
                                    && entry.getValue().contains(method));
                    if (Operation.METHODS.contains(method) && !there) {
                        missing.add(method + " " + path);
                    }
                }
            }
        }
        assertThat(served).hasSizeGreaterThan(30);
        assertThat(missing).isEmpty();
    }

    /** A star stands for whatever is below. */
    private static boolean covers(String written, String served) {
        String prefix = served.replaceFirst("/?\\*$", "/");
        return !served.endsWith("*")
                ? written.equals(served)
                : written.startsWith(prefix) || (written + "/").equals(prefix);
    }
}
