package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import dev.loom.gateway.testing.Answer;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RecordedAnthropic;
import dev.loom.gateway.testing.RecordedGemini;
import dev.loom.gateway.testing.RecordedOpenAi;
import dev.loom.gateway.testing.Recording;
import dev.loom.gateway.testing.SdkAnswer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What real providers sent, through the whole gateway to OpenAI's own Java SDK with its strictest checks on. Every
 * recording is a provider of its own, so that none suffers from another's errors.
 */
@EnabledIfSystemProperty(
        named = ConformanceTest.FOLDER,
        matches = ".+",
        disabledReason = "Skipped: name the folder of recorded answers with -Dloom.recordings=<folder>")
class ConformanceTest {

    static final String FOLDER = "loom.recordings";

    /** Bytes that come together at most. One at a time splits every character and every CRLF that can be split. */
    private static final List<Integer> LONGEST_PIECES = List.of(1, 7, 60, 4000);

    private static final Map<String, Function<Recording, Answer>> READERS = Map.of(
            "openai", RecordedOpenAi::read,
            "azure", RecordedOpenAi::read,
            "anthropic", RecordedAnthropic::read,
            "vertex", RecordedGemini::read,
            "gemini", RecordedGemini::read);

    /** The key at the provider is the gateway's own: that it is refused is no fault of the client. */
    private static final Map<Integer, Class<? extends OpenAIServiceException>> EXCEPTIONS = Map.of(
            400, BadRequestException.class,
            401, InternalServerException.class,
            404, NotFoundException.class,
            429, RateLimitException.class);

    private static Map<String, Recording> recordings;
    private static FakeProvider upstream;
    private static TestGateway gateway;
    private static OpenAIClient client;
    private static volatile int longestPiece;

    @BeforeAll
    static void start() {
        recordings = READERS.keySet().stream()
                .flatMap(dialect -> Recording.in(System.getProperty(FOLDER), dialect).stream())
                .filter(Recording::isChat)
                .collect(Collectors.toMap(Recording::name, Function.identity(), (a, b) -> a, TreeMap::new));
        upstream = new FakeProvider(ConformanceTest::replay);
        gateway = TestGateway.start(config());
        client = gateway.openAi().withOptions(options -> options.responseValidation(true));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    private static String config() {
        StringBuilder providers = new StringBuilder("providers:\n");
        StringBuilder models = new StringBuilder("model_mapping:\n");
        for (Recording recording : recordings.values()) {
            providers.append(provider(recording));
            models.append("  %1$s: {%1$s: \"%2$s\"}\n".formatted(recording.name(), recording.model()));
        }
        return providers + models.toString() + "routing: {low_remaining: 0, failover: {max_retries: 0}}\n";
    }

    private static String provider(Recording recording) {
        return """
                  - name: %1$s
                    type: %2$s
                    base_url: http://127.0.0.1:%3$d/%1$s
                    models: [%1$s]
                    api_key: recorded
                """
                .formatted(recording.name(), recording.dialect(), upstream.port());
    }

    /** The provider's name is the first part of the path. */
    private static void replay(FakeProvider.Call call) throws IOException {
        Recording recording = recordings.get(call.request().path().split("/")[1]);
        call.start(recording.status(), recording.headers());
        SplittableRandom random = new SplittableRandom(longestPiece);
        byte[] body = recording.body();
        for (int from = 0; from < body.length; ) {
            int to = Math.min(body.length, from + random.nextInt(longestPiece) + 1);
            call.write(body, from, to);
            from = to;
        }
        call.endStream();
    }

    private static Stream<Recording> recordings(boolean successful) {
        return recordings.values().stream().filter(recording -> recording.status() == 200 == successful);
    }

    static Stream<Arguments> answers() {
        return recordings(true)
                .flatMap(recording -> LONGEST_PIECES.stream().map(longest -> Arguments.of(recording, longest)));
    }

    static Stream<Recording> errors() {
        return recordings(false);
    }

    @ParameterizedTest(name = "{0} in pieces of at most {1} bytes")
    @MethodSource("answers")
    void the_client_reads_what_the_provider_said(Recording recording, int longest) {
        longestPiece = longest;
        Answer expected = READERS.get(recording.dialect()).apply(recording);

        Answer answer = recording.isStream() ? stream(recording) : whole(recording);

        assertThat(answer)
                .usingRecursiveComparison()
                .ignoringExpectedNullFields()
                .isEqualTo(expected);
        assertThat(answer.created()).isPositive();
        assertThat(answer.calls())
                .extracting(Answer.Call::id)
                .doesNotContain("")
                .doesNotHaveDuplicates();
    }

    private static ChatCompletionCreateParams.Builder ask(Recording recording) {
        return ChatCompletionCreateParams.builder().model(recording.name()).addUserMessage("As recorded.");
    }

    private static Answer whole(Recording recording) {
        return SdkAnswer.of(client.chat().completions().create(ask(recording).build()));
    }

    private static Answer stream(Recording recording) {
        ChatCompletionCreateParams params = ask(recording)
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> chunks =
                client.chat().completions().createStreaming(params)) {
            return SdkAnswer.of(chunks.stream());
        }
    }

    @ParameterizedTest
    @MethodSource("errors")
    void the_client_gets_the_exception_that_fits(Recording recording) {
        longestPiece = 3;
        JsonNode error = recording.json().path("error");

        OpenAIServiceException e = catchThrowableOfType(EXCEPTIONS.get(recording.status()), () -> whole(recording));

        switch (recording.status()) {
            case 400 -> {
                assertSays(e, 400, "invalid_request_error", code(error));
                assertThat(e.param().orElse(null)).isEqualTo(error.path("param").textValue());
                assertThat(e.getMessage()).endsWith(error.path("message").asText());
            }
            case 401 -> assertSays(e, 502, "server_error", "provider_accounts_exhausted");
            case 404 -> assertSays(e, 404, "invalid_request_error", "model_not_found");
            default -> assertSays(e, 429, "rate_limit_error", "rate_limit_exceeded");
        }
    }

    private static void assertSays(OpenAIServiceException e, int status, String type, String code) {
        assertThat(e.statusCode()).isEqualTo(status);
        assertThat(e.type()).hasValue(type);
        assertThat(e.code().orElse(null)).isEqualTo(code);
    }

    /** OpenAI's code is a word, Google's a number beside a word; Anthropic has none but its type. */
    private static String code(JsonNode error) {
        return error.path("code").isTextual()
                ? error.path("code").textValue()
                : error.path("status").isTextual()
                        ? error.path("status").textValue().toLowerCase(Locale.ROOT)
                        : null;
    }
}
