package dev.loom.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.SseParser;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.dialects.Dialects;
import dev.loom.gateway.provider.errors.RateLimitHeaders;
import dev.loom.gateway.provider.errors.RetryAfter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a provider sends, it is an answer, or a failure of that provider's. */
class FuzzProvidersTest {

    private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");

    private static Target target(String type) {
        return TestTargets.target(type, "2024-10-21", Map.of(), "m");
    }

    private static Corpus corpus(String type, String kind) {
        String language = type.equals("azure") ? "openai" : type;
        return Corpus.of(language + "-" + kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "azure", "anthropic", "vertex"})
    void whole_answers(String type) {
        assertThat(wholeAnswers(type, Dialects.of(type), target(type), corpus(type, "whole")))
                .isEmpty();
    }

    /** Of which nothing but the books is made, for the client gets it as it came. */
    @ParameterizedTest
    @ValueSource(strings = {"completions", "responses"})
    void whole_answers_that_pass(String surface) {
        assertThat(wholeAnswers(
                        surface + " that pass",
                        speaking(surface),
                        TestTargets.serving(surface),
                        Corpus.of(surface + "-whole")))
                .isEmpty();
    }

    private static Dialect speaking(String surface) {
        return Objects.requireNonNull(Dialects.of("openai").speaking(surface, TestTargets.serving(surface)));
    }

    private static List<String> wholeAnswers(String name, Dialect dialect, Target target, Corpus corpus) {
        ChatRequest request = TestTargets.plain();
        return Fuzzing.escapes(name + ": whole answers", corpus, input -> {
            try {
                JsonNode answer =
                        Json.lenient(dialect.decode(input, request, target).body());
                assertThat(answer.path("choices").isArray()).isTrue();
                assertInPlace(answer.path("choices"));
                assertThat(answer.path("choices"))
                        .extracting(choice -> choice.path("index").intValue())
                        .doesNotHaveDuplicates();
            } catch (UnreadableAnswer e) {
                assertThat(e.failure().outcome()).isNotEqualTo(Outcome.SUCCESS);
            }
        });
    }

    /** Whatever a provider says of places, clients count them from 0. */
    private static void assertInPlace(JsonNode entries) {
        assertThat(entries)
                .allMatch(entry ->
                        entry.path("index").isInt() && entry.path("index").intValue() >= 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "azure", "anthropic", "vertex"})
    void streams(String type) {
        assertThat(streams(type, Dialects.of(type), target(type), corpus(type, "stream")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"completions", "responses"})
    void streams_that_pass(String surface) {
        assertThat(streams(
                        surface + " that pass",
                        speaking(surface),
                        TestTargets.serving(surface),
                        Corpus.of(surface + "-stream")))
                .isEmpty();
    }

    private static List<String> streams(String name, Dialect dialect, Target target, Corpus corpus) {
        ChatRequest request = TestTargets.streaming(true);
        return Fuzzing.escapes(name + ": streams", corpus, input -> {
            Decoded at_once = Decoded.of(dialect.stream(request, target), input, input.length);
            Decoded in_pieces = Decoded.of(dialect.stream(request, target), input, 7);
            assertThat(in_pieces).isEqualTo(at_once);
            for (String chunk : at_once.chunks()) {
                JsonNode json = Json.lenient(chunk.getBytes(StandardCharsets.UTF_8));
                assertThat(json.isObject()).isTrue();
                assertInPlace(json.path("choices"));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "azure", "anthropic", "vertex"})
    void errors(String type) {
        Dialect dialect = Dialects.of(type);
        int[] statuses = {400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 503, 529, 599};
        assertThat(Fuzzing.escapes(type + ": errors", corpus(type, "error"), input -> {
                    int status = statuses[Math.floorMod(input.length, statuses.length)];
                    Failure failure = dialect.classify(status, name -> null, input, NOW);
                    assertThat(failure.outcome()).isNotIn(Outcome.SUCCESS, Outcome.HANG_UP);
                    assertThat(failure.error().message()).isNotNull();
                    assertThat(Json.lenient(failure.error().toBody())
                                    .path("error")
                                    .isObject())
                            .isTrue();
                }))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "vertex"})
    void embeddings(String type) throws Exception {
        Dialect dialect = Dialects.of(type);
        EmbeddingsRequest request =
                EmbeddingsRequest.parse("{\"model\":\"m\",\"input\":[\"a\",\"b\"]}".getBytes(StandardCharsets.UTF_8));
        assertThat(Fuzzing.escapes(type + ": embeddings", corpus(type, "embeddings"), input -> {
                    try {
                        byte[] body = dialect.decodeEmbeddings(input, request, target(type))
                                .body();
                        assertThat(Json.lenient(body).path("data"))
                                .extracting(vector -> vector.path("index").intValue())
                                .containsExactlyInAnyOrder(0, 1);
                    } catch (UnreadableAnswer e) {
                        assertThat(e.failure().outcome()).isNotEqualTo(Outcome.SUCCESS);
                    }
                }))
                .isEmpty();
    }

    /** Each event has its data whole, however the bytes are cut. */
    @Test
    void event_streams() {
        assertThat(Fuzzing.escapes("event streams", Corpus.of("sse"), input -> {
                    assertThat(events(input, 1)).isEqualTo(events(input, input.length));
                }))
                .isEmpty();
    }

    private static List<String> events(byte[] input, int piece) throws UnreadableAnswer {
        List<String> events = new ArrayList<>();
        SseParser parser = new SseParser(new SseParser.Listener() {
            @Override
            public void event(ServerSentEvent event) {
                events.add(event.name() + ": " + new String(event.data(), StandardCharsets.ISO_8859_1));
            }

            @Override
            public void comment() {
                events.add("comment");
            }
        });
        for (int from = 0; from < input.length; from += piece) {
            parser.feed(input, from, Math.min(piece, input.length - from));
        }
        parser.end();
        return events;
    }

    /** Lines of headers, and behind a blank line a body. */
    @Test
    void waits() {
        assertThat(Fuzzing.escapes("Retry-After and limits", Corpus.of("retry-after"), input -> {
                    String text = new String(input, StandardCharsets.UTF_8);
                    String head = text.split("\n\n", 2)[0];
                    Duration wait = RetryAfter.parse(429, name -> header(head, name), body(text), NOW);
                    assertThat(wait == null || (!wait.isNegative() && wait.compareTo(RetryAfter.LONGEST) <= 0))
                            .as("%s", wait)
                            .isTrue();
                    RateLimitHeaders.parse(name -> header(head, name), NOW).forEach(limit -> assertThat(
                                    limit.resetIn() == null || !limit.resetIn().isNegative())
                            .isTrue());
                }))
                .isEmpty();
    }

    private static byte[] body(String text) {
        String[] parts = text.split("\n\n", 2);
        return (parts.length == 1 ? "" : parts[1]).getBytes(StandardCharsets.UTF_8);
    }

    private static String header(String head, String name) {
        return head.lines()
                .filter(line -> line.toLowerCase().startsWith(name.toLowerCase() + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse(null);
    }
}
