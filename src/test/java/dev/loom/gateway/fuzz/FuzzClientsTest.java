package dev.loom.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.client.messages.Messages;
import dev.loom.gateway.client.responses.Responses;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.dialects.Dialects;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever a client sends, it is a request that every provider is asked in its own words, or an error that says why not. */
class FuzzClientsTest {

    private static final List<String> TYPES = List.of("openai", "azure", "anthropic", "vertex", "simulator");

    private static final byte[] COMPLETION =
            ("{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                            + "\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}],"
                            + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}")
                    .getBytes(StandardCharsets.UTF_8);

    @Test
    void chat() {
        assertThat(Fuzzing.escapes("requests: chat", Corpus.of("chat"), input -> {
                    try {
                        ask(ChatRequest.parse(input, TestTargets.RECEIVED));
                    } catch (InvalidRequest e) {
                        assertSaid(e.error());
                    }
                }))
                .isEmpty();
    }

    @Test
    void embeddings() {
        assertThat(Fuzzing.escapes("requests: embeddings", Corpus.of("embeddings"), input -> {
                    try {
                        ask(EmbeddingsRequest.parse(input));
                    } catch (InvalidRequest e) {
                        assertSaid(e.error());
                    }
                }))
                .isEmpty();
    }

    @Test
    void messages() {
        assertThat(Fuzzing.escapes("requests: Messages", Corpus.of("messages"), input -> ask(new Messages(), input)))
                .isEmpty();
    }

    @Test
    void responses() {
        assertThat(Fuzzing.escapes("requests: Responses", Corpus.of("responses"), input -> ask(new Responses(), input)))
                .isEmpty();
    }

    private static void ask(Surface surface, byte[] input) {
        try {
            ClientRequest request =
                    surface.read(new RawRequest("/v1", Lookup.NONE, Lookup.NONE, input, TestTargets.RECEIVED));
            ask(request.hub());
            assertThat(Json.lenient(request.answer(COMPLETION)).isObject()).isTrue();
        } catch (InvalidRequest e) {
            assertSaid(e.error());
        }
        surface.passedOn(input);
    }

    private static void ask(ApiRequest request) {
        for (String type : TYPES) {
            try {
                UpstreamRequest asked =
                        request.encode(Dialects.of(type), TestTargets.target(type, "2024-10-21", Map.of(), "m"));
                assertThat(Json.lenient(asked.body()).isContainerNode())
                        .as("what %s is sent", type)
                        .isTrue();
            } catch (UnsupportedRequest e) {
                assertSaid(e.error());
            }
        }
    }

    private static void assertSaid(ApiError error) {
        assertThat(Json.lenient(error.toBody()).at("/error/message").asText()).isNotEmpty();
    }
}
