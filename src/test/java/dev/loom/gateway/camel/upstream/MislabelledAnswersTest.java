package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import dev.loom.gateway.testing.Answer;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.ProviderKind;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.SdkAnswer;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers that are complete, but not what their headers or the request say: they are paid for, so the client gets them.
 * Read by OpenAI's Java SDK with its strictest checks on.
 */
class MislabelledAnswersTest {

    private static final Said TEXT = Said.text("Hello", "stop");
    private static final Said CALLS =
            Said.calls(new Said.Call("call_1", "weather", "{\"city\":\"Łódź\"}"), new Said.Call("call_2", "now", "{}"));
    private static final Said REFUSAL = Said.text("No.", "refusal");

    private static FakeProvider upstream;
    private static TestGateway gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        upstream = FakeProvider.saying("unused");
        StringBuilder providers = new StringBuilder("providers:\n");
        StringBuilder models = new StringBuilder("model_mapping:\n");
        for (ProviderKind kind : ProviderKind.values()) {
            providers.append(kind.config("chat", upstream.port()));
            models.append(kind.mapping("chat"));
        }
        gateway = TestGateway.start(providers + models.toString()
                + "routing: {failover: {max_retries: 0, circuit_breaker: {enabled: false}}}\n");
        client = gateway.openAi().withOptions(options -> options.responseValidation(true));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    static Stream<Arguments> kindsAndAnswers() {
        return Stream.of(ProviderKind.values())
                .flatMap(kind -> Stream.of(TEXT, CALLS, REFUSAL).map(said -> Arguments.of(kind, said)));
    }

    private static ChatCompletionCreateParams ask(ProviderKind kind) {
        return ChatCompletionCreateParams.builder()
                .model(kind.provider("chat"))
                .addUserMessage("hello")
                .build();
    }

    private static Answer streamed(ProviderKind kind) {
        ChatCompletionCreateParams params = ask(kind).toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            return SdkAnswer.of(stream.stream());
        }
    }

    private static Answer whole(ProviderKind kind) {
        return SdkAnswer.of(client.chat().completions().create(ask(kind)));
    }

    private static String events(ProviderKind kind, Said said) {
        return String.join("", kind.voice.events(said));
    }

    private static void says(Answer answer, Said said) {
        assertThat(answer.content()).isEqualTo(said.isRefusal() ? "" : said.text());
        assertThat(answer.refusal()).isEqualTo(said.isRefusal() ? said.text() : "");
        assertThat(answer.calls())
                .extracting(Answer.Call::name, Answer.Call::arguments)
                .isEqualTo(said.calls().stream()
                        .map(call -> tuple(call.name(), call.arguments()))
                        .toList());
        assertThat(answer.usage().prompt()).isEqualTo(Said.PROMPT_TOKENS);
        assertThat(answer.usage().completion()).isEqualTo(Said.COMPLETION_TOKENS);
    }

    @ParameterizedTest
    @MethodSource("kindsAndAnswers")
    void json_in_answer_to_a_request_for_a_stream_becomes_one(ProviderKind kind, Said said) {
        upstream.behave(call -> call.json(200, kind.voice.answer(said)));
        says(streamed(kind), said);
    }

    @ParameterizedTest
    @MethodSource("kindsAndAnswers")
    void a_stream_in_place_of_a_whole_answer_becomes_one_answer(ProviderKind kind, Said said) {
        upstream.behave(call -> call.answer(200, "text/event-stream", events(kind, said)));
        says(whole(kind), said);
        upstream.behave(call -> call.answer(200, "application/json", events(kind, said)));
        says(whole(kind), said);
    }

    /** It would have to be said anew in the client's language; another provider is asked. */
    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream", "application/json"})
    void a_stream_in_place_of_a_whole_answer_that_would_pass_is_no_answer(String type) {
        upstream.behave(call -> call.answer(200, type, events(ProviderKind.ANTHROPIC, TEXT)));
        HttpResponse<String> response = gateway.send(Http.post(
                gateway.url() + "/v1/messages",
                "{\"model\":\"" + ProviderKind.ANTHROPIC.provider("chat")
                        + "\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("overloaded_error").doesNotContain("message_start");
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void a_stream_with_a_wrong_content_type_is_read_as_a_stream(ProviderKind kind) {
        for (String type : List.of("application/json", "text/plain; charset=utf-8", "application/octet-stream")) {
            upstream.behave(call -> {
                call.start(200, Map.of("Content-Type", type));
                for (String event : kind.voice.events(TEXT)) {
                    call.write(event);
                }
                call.endStream();
            });
            says(streamed(kind), TEXT);
        }
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void json_is_no_stream_whatever_its_content_type_says(ProviderKind kind) {
        upstream.behave(call -> call.answer(200, "text/event-stream", kind.voice.answer(TEXT)));
        says(streamed(kind), TEXT);
    }

    @Test
    void a_stream_without_a_content_type_that_begins_byte_by_byte_is_one() {
        upstream.behave(call -> {
            call.start(200, Map.of());
            byte[] bytes = events(ProviderKind.OPENAI, TEXT).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < bytes.length; i++) {
                call.write(bytes, i, i + 1);
            }
            call.endStream();
        });
        says(streamed(ProviderKind.OPENAI), TEXT);
    }

    @Test
    void geminis_events_in_a_json_list_are_read_as_a_stream() {
        String list = ProviderKind.VERTEX.voice.events(TEXT).stream()
                .map(event -> event.substring("data: ".length()))
                .collect(Collectors.joining(",", "[", "]"));
        upstream.behave(call -> call.json(200, list));
        says(streamed(ProviderKind.VERTEX), TEXT);
    }

    @Test
    void json_in_place_of_a_stream_becomes_one_chunk_with_all_and_one_that_ends_it() {
        upstream.behave(call -> call.json(
                200,
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"system_fingerprint\":\"fp\","
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\",\"refusal\":null,"
                        + "\"annotations\":[{\"type\":\"x\"}]},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}"));
        HttpResponse<String> response = gateway.chat(TestGateway.chat(ProviderKind.OPENAI.provider("chat"), true));
        String head =
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{";
        assertThat(response.body())
                .isEqualTo(
                        head + "\"index\":0,\"logprobs\":null,\"finish_reason\":null,\"delta\":{\"role\":\"assistant\","
                                + "\"content\":\"Hi\",\"refusal\":null,\"annotations\":[{\"type\":\"x\"}]}}],"
                                + "\"system_fingerprint\":\"fp\"}\n\n"
                                + head + "\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n"
                                + "data: [DONE]\n\n");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_error_in_the_other_form_keeps_its_class(boolean stream) {
        String error = "{\"error\":{\"code\":429,\"message\":\"Slow down\"}}";
        upstream.behave(call -> {
            if (stream) {
                call.json(200, error);
            } else {
                call.answer(200, "text/event-stream", "data: " + error + "\n\n");
            }
        });
        HttpResponse<String> response = gateway.chat(TestGateway.chat(ProviderKind.AZURE.provider("chat"), stream));
        assertThat(response.statusCode()).isEqualTo(429);
        gateway.operate(ProviderKind.AZURE.provider("chat"), "reset");
    }

    @Test
    void a_stream_that_breaks_off_is_no_whole_answer() {
        upstream.behave(call -> call.answer(
                200, "text/event-stream", ProviderKind.OPENAI.voice.events(TEXT).get(0)));
        assertThat(gateway.chat(TestGateway.chat(ProviderKind.OPENAI.provider("chat"), false))
                        .statusCode())
                .isEqualTo(503);
    }
}
