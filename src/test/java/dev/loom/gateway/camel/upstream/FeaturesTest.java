package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Answer;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FeatureTable;
import dev.loom.gateway.testing.OpenAiVoice;
import dev.loom.gateway.testing.ProviderKind;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.SdkAnswer;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.testing.Voice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every feature with every kind of provider: OpenAI's Java SDK with its strictest checks on, the whole gateway, and a
 * server that speaks the provider's language. What passes gets its tick in {@code docs/providers/README.md}.
 * Longer than others, since every row of that table is a test here.
 */
class FeaturesTest {

    private static final Path PAGE = Path.of("docs/providers/README.md");

    private static final String TEXT = "text";
    private static final String STREAM = "stream";
    private static final String ONE_TOOL = "a tool call";
    private static final String PARALLEL_TOOLS = "parallel tool calls";
    private static final String EMPTY_TOOL = "a tool call without arguments";
    private static final String IMAGE = "an image in the prompt";
    private static final String SCHEMA = "an answer by JSON schema";
    private static final String REFUSAL = "a refusal";
    private static final String LENGTH = "an answer cut at its limit";
    private static final String USAGE = "usage, in streams where asked for";
    private static final String EMBEDDINGS = "embeddings";

    /** Status of the provider to what the client's SDK throws. That the gateway's key is refused is no fault of the client. */
    private static final Map<Integer, Class<? extends OpenAIServiceException>> EXCEPTIONS = Map.of(
            400, BadRequestException.class,
            401, InternalServerException.class,
            404, NotFoundException.class,
            429, RateLimitException.class,
            503, InternalServerException.class);

    private static final List<Integer> STATUSES =
            EXCEPTIONS.keySet().stream().sorted().toList();

    private static final Said.Call WEATHER = new Said.Call("call_1", "weather", "{\"city\":\"Łódź\"}");
    private static final Said.Call TIME = new Said.Call("call_2", "time", "{\"zone\":\"CET\"}");
    private static final Said.Call NOW = new Said.Call("call_3", "now", "{}");

    private static final FeatureTable TABLE = new FeatureTable(features());

    private static FakeProvider upstream;
    private static TestGateway gateway;
    private static OpenAIClient client;
    private static volatile Said said;

    private static List<String> features() {
        List<String> features = new ArrayList<>(List.of(
                TEXT, STREAM, ONE_TOOL, PARALLEL_TOOLS, EMPTY_TOOL, IMAGE, SCHEMA, REFUSAL, LENGTH, USAGE, EMBEDDINGS));
        STATUSES.forEach(status -> features.add(error(status)));
        return features;
    }

    private static String error(int status) {
        return "error " + status;
    }

    @BeforeAll
    static void start() {
        upstream = new FakeProvider(FeaturesTest::serve);
        StringBuilder providers = new StringBuilder("providers:\n");
        StringBuilder models = new StringBuilder("model_mapping:\n");
        List<String> purposes = new ArrayList<>(List.of("chat", "embeddings"));
        STATUSES.forEach(status -> purposes.add(status.toString()));
        for (ProviderKind kind : ProviderKind.values()) {
            for (String purpose : purposes) {
                providers.append(kind.config(purpose, upstream.port()));
                models.append(kind.mapping(purpose));
            }
        }
        gateway = TestGateway.start(providers + models.toString() + "routing: {failover: {max_retries: 0}}\n");
        client = gateway.openAi().withOptions(options -> options.responseValidation(true));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        upstream.close();
        assertThat(Files.readString(PAGE))
                .as("The table of what passed, to be copied into %s:%n%s", PAGE, TABLE.markdown())
                .contains(TABLE.markdown());
    }

    /** The provider's name is the first part of the path, and its end says what it is there for. */
    private static void serve(FakeProvider.Call call) throws IOException {
        String name = call.request().path().split("/")[1];
        int dash = name.lastIndexOf('-');
        Voice voice =
                ProviderKind.valueOf(name.substring(0, dash).replace('-', '_').toUpperCase(Locale.ROOT)).voice;
        String purpose = name.substring(dash + 1);
        if (purpose.matches("\\d+")) {
            call.json(Integer.parseInt(purpose), voice.error(Integer.parseInt(purpose), "The model says no"));
        } else if (purpose.equals("embeddings")) {
            call.json(200, voice.embeddings());
        } else if (isStream(call.request())) {
            call.startStream();
            for (String event : voice.events(said)) {
                call.write(event);
            }
            call.endStream();
        } else {
            call.json(200, voice.answer(said));
        }
    }

    private static boolean isStream(FakeProvider.Request request) {
        return request.path().contains("streamGenerateContent")
                || json(request).path("stream").asBoolean();
    }

    private static JsonNode json(FakeProvider.Request request) {
        return Json.lenient(request.body().getBytes(StandardCharsets.UTF_8));
    }

    private static ChatCompletionCreateParams.Builder ask(ProviderKind kind, String purpose) {
        return ChatCompletionCreateParams.builder()
                .model(kind.provider(purpose))
                .addUserMessage("Go on.");
    }

    private static Answer whole(ChatCompletionCreateParams.Builder params) {
        return SdkAnswer.of(client.chat().completions().create(params.build()));
    }

    private static Answer stream(ChatCompletionCreateParams.Builder params) {
        try (StreamResponse<ChatCompletionChunk> chunks =
                client.chat().completions().createStreaming(params.build())) {
            return SdkAnswer.of(chunks.stream());
        }
    }

    /** The same answer, whole and streamed. */
    private static List<Answer> both(ProviderKind kind, Said answer) {
        said = answer;
        return List.of(whole(ask(kind, "chat")), stream(ask(kind, "chat")));
    }

    @ParameterizedTest
    @EnumSource
    void text(ProviderKind kind) {
        said = Said.text("Grüße, 世界 🌍", "stop");
        Answer answer = whole(ask(kind, "chat"));
        assertThat(answer.content()).isEqualTo(said.text());
        assertThat(answer.finishReason()).isEqualTo("stop");
        TABLE.works(TEXT, kind);
    }

    @ParameterizedTest
    @EnumSource
    void a_stream(ProviderKind kind) {
        said = Said.text("Grüße, 世界 🌍", "stop");
        Answer answer = stream(ask(kind, "chat"));
        assertThat(answer.content()).isEqualTo(said.text());
        assertThat(answer.finishReason()).isEqualTo("stop");
        TABLE.works(STREAM, kind);
    }

    @ParameterizedTest
    @EnumSource
    void a_tool_call(ProviderKind kind) {
        assertCalls(kind, WEATHER);
        TABLE.works(ONE_TOOL, kind);
    }

    @ParameterizedTest
    @EnumSource
    void parallel_tool_calls(ProviderKind kind) {
        assertCalls(kind, WEATHER, TIME);
        TABLE.works(PARALLEL_TOOLS, kind);
    }

    @ParameterizedTest
    @EnumSource
    void a_tool_call_without_arguments(ProviderKind kind) {
        assertCalls(kind, NOW);
        TABLE.works(EMPTY_TOOL, kind);
    }

    private static void assertCalls(ProviderKind kind, Said.Call... calls) {
        for (Answer answer : both(kind, Said.calls(calls))) {
            assertThat(answer.finishReason()).isEqualTo("tool_calls");
            assertThat(answer.calls())
                    .extracting(call -> call.name() + call.arguments())
                    .containsExactlyElementsOf(List.of(calls).stream()
                            .map(call -> call.name() + call.arguments())
                            .toList());
            assertThat(answer.calls())
                    .extracting(Answer.Call::id)
                    .doesNotContain("")
                    .doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_image(ProviderKind kind) {
        said = Said.text("A dot.", "stop");
        ChatCompletionContentPartImage image = ChatCompletionContentPartImage.builder()
                .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                        .url("data:image/png;base64,aW1hZ2U=")
                        .build())
                .build();
        whole(ask(kind, "chat")
                .addUserMessageOfArrayOfContentParts(List.of(ChatCompletionContentPart.ofImageUrl(image))));
        assertThat(lastRequest().findValuesAsText(kind.voice instanceof OpenAiVoice ? "url" : "data"))
                .singleElement()
                .asString()
                .endsWith("aW1hZ2U=");
        TABLE.works(IMAGE, kind);
    }

    private static JsonNode lastRequest() {
        return json(upstream.requests().get(upstream.requests().size() - 1));
    }

    @ParameterizedTest
    @EnumSource
    void a_json_schema(ProviderKind kind) {
        String wanted = "{\"city\":\"Łódź\"}";
        boolean byTool = kind == ProviderKind.VERTEX_CLAUDE; // has no JSON schemas, so must call a tool with the answer
        said = byTool ? Said.calls(new Said.Call("toolu_1", "json_answer", wanted)) : Said.text(wanted, "stop");
        Map<String, Object> schema = Map.of(
                "type",
                "object",
                "properties",
                Map.of("city", Map.of("type", "string")),
                "required",
                List.of("city"),
                "additionalProperties",
                false);
        Answer answer = whole(ask(kind, "chat")
                .putAdditionalBodyProperty(
                        "response_format",
                        JsonValue.from(Map.of(
                                "type", "json_schema", "json_schema", Map.of("name", "place", "schema", schema)))));
        assertThat(lastRequest().findValues("city")).isNotEmpty();
        assertThat(answer.content()).isEqualTo(wanted);
        assertThat(answer.finishReason()).isEqualTo("stop");
        TABLE.works(SCHEMA, kind);
    }

    @ParameterizedTest
    @EnumSource
    void a_refusal(ProviderKind kind) {
        for (Answer answer : both(kind, Said.text("I must not.", "refusal"))) {
            assertThat(answer.refusal()).isEqualTo("I must not.");
            assertThat(answer.content()).isEmpty();
        }
        TABLE.works(REFUSAL, kind);
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_cut_at_its_limit(ProviderKind kind) {
        for (Answer answer : both(kind, Said.text("Once upon", "length"))) {
            assertThat(answer.content()).isEqualTo("Once upon");
            assertThat(answer.finishReason()).isEqualTo("length");
        }
        TABLE.works(LENGTH, kind);
    }

    @ParameterizedTest
    @EnumSource
    void usage(ProviderKind kind) {
        Answer.Tokens usage = new Answer.Tokens(
                Said.PROMPT_TOKENS, Said.COMPLETION_TOKENS, Said.PROMPT_TOKENS + Said.COMPLETION_TOKENS, 0, 0);
        List<Answer> unasked = both(kind, Said.text("Hello", "stop"));
        assertThat(unasked).extracting(Answer::usage).containsExactly(usage, Answer.Tokens.NOT_REPORTED);
        Answer asked = stream(ask(kind, "chat")
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build()));
        assertThat(asked.usage()).isEqualTo(usage);
        TABLE.works(USAGE, kind);
    }

    @ParameterizedTest
    @EnumSource
    void embeddings(ProviderKind kind) {
        EmbeddingCreateParams params = EmbeddingCreateParams.builder()
                .model(kind.provider("embeddings"))
                .inputOfArrayOfStrings(List.of("one", "two"))
                .build();
        if (kind.hasEmbeddings()) {
            CreateEmbeddingResponse response = client.embeddings().create(params);
            assertThat(response.data())
                    .extracting(one -> one.embedding().get(0))
                    .containsExactly(1f, 2f);
            TABLE.works(EMBEDDINGS, kind);
        } else {
            assertThatThrownBy(() -> client.embeddings().create(params))
                    .isInstanceOfSatisfying(
                            BadRequestException.class, e -> assertThat(e.code()).hasValue("unsupported_parameter"));
            TABLE.isRefused(EMBEDDINGS, kind);
        }
    }

    @ParameterizedTest
    @EnumSource
    void errors(ProviderKind kind) {
        for (int status : STATUSES) {
            OpenAIServiceException e =
                    catchThrowableOfType(EXCEPTIONS.get(status), () -> whole(ask(kind, Integer.toString(status))));
            assertThat(e).as("status %d", status).isNotNull();
            assertThat(e.statusCode()).isEqualTo(status == 401 ? 502 : status);
            TABLE.works(error(status), kind);
        }
    }
}
