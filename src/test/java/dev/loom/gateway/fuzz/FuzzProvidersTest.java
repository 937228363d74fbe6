package dev.loom.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
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
        Dialect dialect = Dialects.of(type);
        ChatRequest request = TestTargets.plain();
        assertThat(Fuzzing.escapes(type + ": whole answers", corpus(type, "whole"), input -> {
                    try {
                        byte[] body =
                                dialect.decode(input, request, target(type)).body();
                        assertThat(Json.lenient(body).path("choices").isArray()).isTrue();
                    } catch (UnreadableAnswer e) {
                        assertThat(e.failure().outcome()).isNotEqualTo(Outcome.SUCCESS);
                    }
                }))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "azure", "anthropic", "vertex"})
    void streams(String type) {
        Dialect dialect = Dialects.of(type);
        ChatRequest request = TestTargets.streaming(true);
        assertThat(Fuzzing.escapes(type + ": streams", corpus(type, "stream"), input -> {
                    Said at_once = Said.of(dialect.stream(request, target(type)), input, input.length);
                    Said in_pieces = Said.of(dialect.stream(request, target(type)), input, 7);
                    assertThat(in_pieces).isEqualTo(at_once);
                    assertThat(at_once.chunks).allMatch(chunk -> Json.lenient(chunk.getBytes(StandardCharsets.UTF_8))
                            .isObject());
                }))
                .isEmpty();
    }

    /** What a stream came to: nothing follows its end, which it has. */
    private record Said(List<String> chunks, boolean done, Outcome outcome) {

        static Said of(ChunkDecoder decoder, byte[] stream, int piece) {
            RecordingSink sink = new RecordingSink();
            SseParser parser = new SseParser(new SseParser.Listener() {
                @Override
                public void event(ServerSentEvent event) {
                    if (!sink.done && sink.failure == null) {
                        decoder.accept(event, sink);
                    }
                }

                @Override
                public void comment() {}
            });
            try {
                for (int from = 0; from < stream.length; from += piece) {
                    parser.feed(stream, from, Math.min(piece, stream.length - from));
                }
                parser.end();
                if (!sink.done && sink.failure == null) {
                    decoder.end(sink);
                }
            } catch (UnreadableAnswer e) {
                return new Said(List.copyOf(sink.chunks), false, e.failure().outcome());
            }
            assertThat(sink.done || sink.failure != null).as("it has an end").isTrue();
            assertThat(decoder.contentBytes()).isNotNegative();
            return new Said(List.copyOf(sink.chunks), sink.done, sink.outcome());
        }
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
                        assertThat(Json.lenient(body).path("data").size()).isEqualTo(2);
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
