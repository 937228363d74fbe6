package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

/**
 * An ordinary step at any place of any client route. Whatever it does, a client gets a real answer, or an error in
 * OpenAI's shape that carries the request's id: never its own request, and never a 200 that nobody meant.
 */
class AnyRouteEditTest {

    /** Steps as Camel users write them, by name. */
    private static final Map<String, String> STEPS = new TreeMap<>(Map.ofEntries(
            Map.entry("log", "- log: {message: '${body}'}"),
            Map.entry("set-header", "- setHeader: {name: X-Mark, simple: '${exchangeProperty.loomModel}'}"),
            Map.entry("set-property", "- setProperty: {name: mark, constant: here}"),
            Map.entry("set-variable", "- setVariable: {name: mark, simple: '${body}'}"),
            Map.entry("to-text", "- convertBodyTo: {type: java.lang.String}"),
            Map.entry("to-bytes", "- convertBodyTo: {type: 'byte[]'}"),
            Map.entry("to-stream", "- convertBodyTo: {type: java.io.InputStream}"),
            Map.entry("to-map", "- convertBodyTo: {type: java.util.Map}"),
            Map.entry("unmarshal", "- unmarshal: {json: {library: Jackson}}"),
            Map.entry("marshal", "- marshal: {json: {library: Jackson}}"),
            Map.entry("remove-headers", "- removeHeaders: {pattern: '*'}"),
            Map.entry("remove-properties", "- removeProperties: {pattern: '*'}"),
            Map.entry("filter", "- filter: {simple: '${body} contains \"zebra\"', steps: [{log: {message: z}}]}"),
            Map.entry(
                    "choice",
                    "- choice: {when: [{simple: '${header.nothing} != null', steps: [{stop: {}}]}],"
                            + " otherwise: {steps: [{log: {message: o}}]}}"),
            Map.entry("wire-tap", "- wireTap: {uri: 'direct:aside'}"),
            Map.entry("multicast", "- multicast: {steps: [{to: {uri: 'direct:aside'}}, {to: {uri: 'direct:aside'}}]}"),
            Map.entry("text-body", "- setBody: {constant: 'hello'}"),
            Map.entry("empty-body", "- setBody: {simple: '${null}'}"),
            Map.entry("json-body", "- setBody: {constant: '{\"greeting\": \"hello\"}'}"),
            Map.entry("stop", "- stop: {}"),
            Map.entry("throw", "- throwException: {exceptionType: java.lang.IllegalStateException, message: no}"),
            Map.entry("throttle", "- throttle: {constant: 1000, timePeriodMillis: 1000}"),
            Map.entry("reject", "- throttle: {constant: 0, timePeriodMillis: 60000, rejectExecution: true}"),
            Map.entry("delay", "- delay: {constant: 1}"),
            Map.entry(
                    "try",
                    "- doTry: {steps: [{throwException: {exceptionType: java.lang.IllegalStateException, message: no}}],"
                            + " doCatch: [{exception: [java.lang.Exception], steps: [{log: {message: caught}}]}]}"),
            Map.entry("to", "- to: {uri: 'direct:aside'}"),
            Map.entry("to-d", "- toD: {uri: 'direct:${exchangeProperty.aside}aside'}"),
            Map.entry("enrich", "- enrich: {constant: 'direct:aside'}"),
            Map.entry("recipients", "- recipientList: {constant: 'direct:aside'}"),
            Map.entry("loop", "- loop: {constant: 2, steps: [{log: {message: again}}]}"),
            Map.entry("split", "- split: {simple: '${body[messages]}', steps: [{log: {message: part}}]}"),
            Map.entry("transform", "- transform: {simple: '${body}'}"),
            Map.entry("breaker", "- circuitBreaker: {steps: [{log: {message: guarded}}]}"),
            Map.entry("threads", "- threads: {poolSize: 1}"),
            Map.entry("failing", "- process: {ref: testFailing}"),
            Map.entry("garbage", "- process: {ref: testGarbage}"),
            Map.entry("kamelet", "- to: {uri: 'kamelet:llm-chat-action?model=gpt-4&input=prompt'}"),
            Map.entry(
                    "kamelet-aside",
                    "- to: {uri: 'kamelet:llm-chat-action?model=gpt-4&input=prompt', variableReceive: verdict}"),
            Map.entry("dispatch-twice", "- to: {uri: 'direct:loom-dispatch'}"),
            Map.entry("status", "- setHeader: {name: CamelHttpResponseCode, constant: 418}")));

    private static final Pattern ROUTE = Pattern.compile("(?ms)^- route:\\n.*?(?=^- route:|\\z)");
    /** One of each kind; the other languages' routes have the same steps. */
    private static final List<String> EDITED = List.of(
            "loom-chat-completions", "loom-embeddings", "loom-messages", "loom-models", "loom-model", "loom-serve");

    /** Which files they stand in. */
    private static final List<String> FILES = List.of("ingress", "surface-messages", "models", "serve");

    private static final Pattern STEP = Pattern.compile("(?m)^ {8}- ");

    /** A variant of a client route. */
    private record Variant(String name, String path, String yaml) {}

    private static List<Variant> variants() throws IOException {
        StringBuilder file = new StringBuilder();
        for (String name : FILES) {
            file.append(Files.readString(Path.of("routes", name + ".camel.yaml")))
                    .append('\n');
        }
        List<Variant> variants = new ArrayList<>();
        for (Matcher route = ROUTE.matcher(file); route.find(); ) {
            if (EDITED.stream().noneMatch(id -> route.group().contains("id: " + id + "\n"))) {
                continue;
            }
            List<Integer> places = new ArrayList<>();
            for (Matcher step = STEP.matcher(route.group()); step.find(); ) {
                places.add(step.start());
            }
            places.add(route.group().stripTrailing().length() + 1);
            STEPS.forEach((name, step) -> {
                for (int i = 0; i < places.size(); i++) {
                    variants.add(variant(route.group(), name, step, i, places.get(i)));
                }
            });
        }
        return variants;
    }

    private static Variant variant(String route, String name, String step, int number, int place) {
        if (route.contains("id: loom-serve\n")) {
            return served(route, name, step, number, place);
        }
        String path = "/" + name + "-" + number;
        String edited = route.substring(0, place) + " ".repeat(8) + step + "\n" + route.substring(place);
        Matcher uri = Pattern.compile("uri: ([a-z-]+):(/\\S+)").matcher(edited);
        assertThat(uri.find()).isTrue();
        String id = Pattern.compile("id: (\\S+)")
                .matcher(edited)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        String unique = id + path.replace('/', '-');
        return new Variant(
                unique,
                path + uri.group(2),
                edited.replaceAll("(?m)^( +)id: (\\S+)", "$1id: $2" + path.replace('/', '-'))
                        .replace(
                                "uri: " + uri.group(1) + ":" + uri.group(2),
                                "uri: " + uri.group(1) + ":" + path + uri.group(2)));
    }

    /** An edit of the middle that all languages share, with a chat route of its own in front. */
    private static Variant served(String route, String name, String step, int number, int place) {
        String mark = "-in-serve-" + name + "-" + number;
        String edited = (route.substring(0, place) + " ".repeat(8) + step + "\n" + route.substring(place))
                .replaceAll("(?m)^( +)id: (\\S+)", "$1id: $2" + mark)
                .replace("uri: direct:loom-serve\n", "uri: direct:loom-serve" + mark + "\n");
        String front =
                """
                - route:
                    id: chat%1$s
                    routeConfigurationId: loom-errors
                    streamCache: false
                    from:
                      uri: platform-http:/%1$s/v1/chat/completions
                      parameters: {httpMethodRestrict: POST, headerFilterStrategy: "#loomNoHeaders"}
                      steps:
                        - process: {ref: loomAcceptChat}
                        - to: {uri: "direct:loom-serve%1$s", parameters: {block: "false"}}
                """
                        .formatted(mark);
        return new Variant("loom-serve" + mark, "/" + mark + "/v1/chat/completions", edited + "\n" + front);
    }

    @Test
    void any_ordinary_step_at_any_place_of_any_client_route_leaves_the_client_with_an_honest_answer() throws Exception {
        try (FakeProvider provider = new FakeProvider(call -> {
                    if (call.request().path().endsWith("/embeddings")) {
                        call.json(
                                200,
                                "{\"object\":\"list\",\"model\":\"gpt-4\",\"data\":[{\"object\":\"embedding\","
                                        + "\"index\":0,\"embedding\":[0.5]}],\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}");
                    } else {
                        call.completion("fine");
                    }
                });
                TestGateway gateway = TestGateway.over(provider)) {
            gateway.camel().getRegistry().bind("testFailing", (org.apache.camel.Processor) exchange -> {
                throw new IOException("no space left on device");
            });
            gateway.camel().getRegistry().bind("testGarbage", (org.apache.camel.Processor)
                    exchange -> exchange.getMessage().setBody(new Object()));
            gateway.camel().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:aside").routeId("aside").log("aside");
                }
            });
            List<Variant> variants = variants();
            StringBuilder yaml = new StringBuilder();
            variants.forEach(variant -> yaml.append(variant.yaml()).append('\n'));
            PluginHelper.getRoutesLoader(gateway.camel())
                    .loadRoutes(ResourceHelper.fromString("variants.camel.yaml", yaml.toString()));
            List<String> wrong = new ArrayList<>();
            for (Variant variant : variants) {
                try {
                    check(gateway, variant);
                } catch (AssertionError | RuntimeException e) {
                    wrong.add(variant.name() + ": "
                            + String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " "));
                }
            }
            assertThat(variants).hasSizeGreaterThan(500);
            assertThat(wrong).as("%d of %d", wrong.size(), variants.size()).isEmpty();
        }
    }

    private static void check(TestGateway gateway, Variant variant) {
        if (variant.path().endsWith("/chat/completions")) {
            honest(post(gateway, variant, chat("gpt-4", false)), chat("gpt-4", false));
            honest(post(gateway, variant, chat("gpt-4", true)), chat("gpt-4", true));
        } else if (variant.path().endsWith("/messages")) {
            String message = chat("gpt-4", false).replaceFirst("\\{", "{\"max_tokens\":9,");
            honest(post(gateway, variant, message), message);
        } else if (variant.path().endsWith("/embeddings")) {
            String body = "{\"model\": \"gpt-4\", \"input\": \"Hi!\"}";
            honest(post(gateway, variant, body), body);
        } else {
            String path = variant.path().endsWith("/") ? variant.path() + "gpt-4" : variant.path();
            honest(gateway.get(gateway.url().replace("/v1", "") + path), "{}");
        }
    }

    private static HttpResponse<String> post(TestGateway gateway, Variant variant, String body) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.url().replace("/v1", "") + variant.path()))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static void honest(HttpResponse<String> answer, String request) {
        String body = answer.body();
        String id = Answers.header(answer, "x-request-id");
        assertThat(id).isNotEmpty();
        assertThat(body).isNotEqualTo(request).doesNotContain("NullPointer", "@@", "Exception", "\tat ");
        if (answer.statusCode() >= 400 && answer.statusCode() != 418) {
            JsonNode error = Json.lenient(body.getBytes(StandardCharsets.UTF_8)).path("error");
            assertThat(error.path("message").asText()).isNotBlank();
            if (answer.statusCode() == 500) {
                assertThat(error.path("message").asText()).contains(id);
            }
            return;
        }
        boolean said = body.contains("\"fine\"") || body.contains("\"hello\"") || body.contains("[DONE]");
        boolean listed = body.contains("\"owned_by\"") || body.contains("\"embedding\"");
        assertThat(said || listed || body.contains("\"error\"")).as(body).isTrue();
    }
}
