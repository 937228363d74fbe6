package dev.loom.gateway.camel.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.ChatFailed;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code llm-embeddings-action} as a step of somebody's own flow. */
class EmbeddingsKameletTest {

    private static FakeProvider provider;
    private static TestGateway gateway;
    private static ProducerTemplate flow;

    @BeforeAll
    static void start() throws Exception {
        provider = new FakeProvider(EmbeddingsKameletTest::embed);
        gateway = TestGateway.start("providers:\n  - {name: a, type: openai, api_key: k, base_url: " + provider.url()
                + ", models: [small]}\n");
        gateway.camel().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:vectors").to("kamelet:llm-embeddings-action?model=small");
                from("direct:text").to("kamelet:llm-embeddings-action?model=small&input=text");
                from("direct:json").to("kamelet:llm-embeddings-action?model=small&output=json");
                from("direct:unknown").to("kamelet:llm-embeddings-action?model=nobody-serves-this");
            }
        });
        flow = gateway.camel().createProducerTemplate();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.close();
    }

    /** A text's vector is its length. */
    private static void embed(FakeProvider.Call call) throws IOException {
        JsonNode input = Json.lenient(call.request().body().getBytes(StandardCharsets.UTF_8))
                .path("input");
        List<String> entries = new ArrayList<>();
        for (JsonNode text : input.isTextual() ? Json.array().add(input) : input) {
            entries.add("{\"object\":\"embedding\",\"index\":" + entries.size() + ",\"embedding\":["
                    + text.asText().length() + ".5]}");
        }
        call.json(
                200,
                "{\"object\":\"list\",\"model\":\"small\",\"data\":" + entries
                        + ",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}");
    }

    private static String ask(String endpoint, String body) {
        return flow.requestBody(endpoint, body, String.class);
    }

    @Test
    void a_text_becomes_its_vector_and_an_array_of_texts_an_array_of_vectors() {
        assertThat(ask("direct:vectors", "four")).isEqualTo("[4.5]");
        assertThat(ask("direct:vectors", "[\"four\", \"three\"]")).isEqualTo("[[4.5],[5.5]]");
        assertThat(ask("direct:vectors", "[\"four\"]")).isEqualTo("[[4.5]]");
    }

    @Test
    void an_embeddings_request_keeps_what_it_asks_for() {
        assertThat(ask("direct:json", "{\"input\":\"four\",\"dimensions\":256}"))
                .contains("\"object\":\"list\"", "[4.5]");
        assertThat(provider.requests().get(provider.requests().size() - 1).body())
                .contains("\"dimensions\":256", "\"model\":\"small\"");
    }

    @Test
    void what_strangers_write_can_be_taken_as_a_text_whatever_it_looks_like() {
        assertThat(ask("direct:text", "[\"a\"]")).isEqualTo("[5.5]");
    }

    @Test
    void the_flow_keeps_its_headers_and_learns_who_answered() {
        var message = flow.request("direct:vectors", exchange -> {
                    exchange.getMessage().setBody("four");
                    exchange.getMessage().setHeader("X-Of-The-Flow", "1");
                })
                .getMessage();
        assertThat(message.getHeaders()).containsEntry("X-Of-The-Flow", "1").containsEntry("LoomProvider", "a");
        assertThat(message.getHeaders()).hasSize(2);
    }

    @Test
    void what_a_client_would_get_as_an_error_is_an_exception_of_the_flow() {
        assertThatThrownBy(() -> ask("direct:unknown", "x"))
                .rootCause()
                .isInstanceOf(ChatFailed.class)
                .hasMessageContaining("404");
    }
}
