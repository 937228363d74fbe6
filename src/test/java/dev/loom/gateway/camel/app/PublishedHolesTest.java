package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.camel.upstream.Encode;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holes of dependencies that were published and are shipped all the same: why nobody gets to them. SECURITY.md lists them. */
class PublishedHolesTest {

    /** Everything that a route or a Kamelet does, and every address that it names. */
    private record Uses(Set<String> steps, Set<String> addresses) {

        static Uses ofAll() throws IOException {
            Uses uses = new Uses(new TreeSet<>(), new TreeSet<>());
            for (String directory : List.of("routes", "kamelets")) {
                try (Stream<Path> files = Files.list(Path.of(directory))) {
                    for (Path file : files.toList()) {
                        uses.read(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
                    }
                }
            }
            return uses;
        }

        private void read(Object node) {
            if (node instanceof List<?> list) {
                list.forEach(this::read);
            } else if (node instanceof Map<?, ?> map) {
                map.forEach((key, value) -> {
                    if (key.equals("steps") && value instanceof List<?> children) {
                        children.forEach(step -> ((Map<?, ?>) step).keySet().forEach(name -> steps.add((String) name)));
                    } else if (key.equals("uri")) {
                        addresses.add((String) value);
                    }
                    read(value);
                });
            }
        }
    }

    @Test
    void no_route_takes_part_in_a_saga() throws IOException {
        assertThat(Uses.ofAll().steps()).contains("circuitBreaker").doesNotContain("saga");
    }

    /** An HTTP endpoint whose path begins with {@code proxy} would pass on whatever it is sent, wherever it is meant to go. */
    @Test
    void no_address_of_the_routes_is_a_proxy() throws IOException {
        assertThat(Uses.ofAll().addresses())
                .contains("platform-http:/v1/chat/completions")
                .noneMatch(address -> address.matches(".*http:/*proxy.*"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure", "vertex"})
    void a_model_s_name_in_an_address_is_never_taken_for_a_placeholder(String type) {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(
                        """
                        providers:
                          - {name: a, type: %s, api_key: k, base_url: "%s", api_version: 2024-10-21, models: ["*"]}
                        routing: {failover: {max_retries: 0}}
                        """
                                .formatted(type, provider.url()))) {
            gateway.chat(TestGateway.chat("{{env:PATH}}", false));
            gateway.chat(TestGateway.chat("gemini-{{sys:user.name}}", false));
            assertThat(provider.requests())
                    .extracting(
                            sent -> URI.create("http://provider" + sent.path()).getPath())
                    .anyMatch(path -> path.contains("/{{env:PATH}}"))
                    .anyMatch(path -> path.contains("/gemini-{{sys:user.name}}"))
                    .allMatch(path -> path.contains("{{"));
        }
    }

    @Test
    void nor_is_what_a_dialect_of_one_s_own_makes_of_it() {
        Message message = new DefaultMessage(new DefaultCamelContext());
        UpstreamRequest careless = new UpstreamRequest("POST", "http://a/{{env:PATH}}", Map.of(), new byte[0]);
        Encode.write(message, careless, new UpstreamCall(null, TimeSource.system(), Duration.ofSeconds(1)));
        assertThat(message.getHeader(Exchange.HTTP_URI)).isEqualTo("http://a/%7B%7Benv:PATH}}");
    }

    @Test
    void a_page_of_another_origin_is_told_of_nothing_that_it_may_read() throws IOException {
        String[] page = {"Origin: https://evil.test", "Access-Control-Request-Method: POST"};
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(provider)) {
            for (Answer answer : List.of(
                    RawHttp.get(gateway.port(), "/v1/models", page),
                    RawHttp.get(gateway.adminPort(), "/ai/providers", page),
                    preflight(gateway.port(), "/v1/chat/completions", page),
                    preflight(gateway.adminPort(), "/ai/config/reload", page))) {
                assertThat(answer.headers().keySet())
                        .noneMatch(name -> name.toLowerCase().startsWith("access-control"));
            }
        }
    }

    private static Answer preflight(int port, String path, String... page) throws IOException {
        return RawHttp.exchange(
                port, "OPTIONS " + path + " HTTP/1.1", "Host: localhost", String.join("\r\n", page), "", "");
    }

    @Test
    void no_connection_becomes_a_websocket() throws IOException {
        String[] upgrade = {
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Extensions: permessage-deflate"
        };
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(provider)) {
            assertThat(RawHttp.get(gateway.port(), "/v1/models", upgrade).status())
                    .isEqualTo(200);
            assertThat(RawHttp.get(gateway.adminPort(), "/live", upgrade).status())
                    .isEqualTo(200);
        }
    }
}
