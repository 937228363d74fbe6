package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.TestGateway;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is neither a chat nor embeddings can be tried without a key, too. */
class SimulatedPathsTest {

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start("providers: [{name: sim, type: simulator, simulator: {latency: 0ms}}]\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpResponse<byte[]> bytes(String path, String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonNode post(String path, String body) {
        HttpResponse<String> response = Http.send(Http.post(gateway.url() + path, body.replace('\'', '"')));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_text_is_flagged_for_the_categories_that_it_names() {
        JsonNode results = post("/v1/moderations", "{'model':'m','input':['Hi','some violence']}")
                .path("results");
        assertThat(results).hasSize(2);
        assertThat(results.at("/0/flagged").asBoolean()).isFalse();
        assertThat(results.at("/0/categories/violence").asBoolean(true)).isFalse();
        assertThat(results.at("/1/flagged").asBoolean()).isTrue();
        assertThat(results.at("/1/categories/violence").asBoolean()).isTrue();
        assertThat(results.at("/1/category_scores/hate").asDouble()).isLessThan(0.5);
    }

    @Test
    void documents_that_share_words_with_the_query_come_first() {
        JsonNode body = post(
                "/v1/rerank",
                "{'model':'m','query':'red apples','documents':['a blue car','red apples grow',{'text':'red'}],"
                        + "'top_n':2,'return_documents':true}");
        assertThat(body.path("results")).hasSize(2);
        assertThat(body.at("/results/0/index").asInt()).isEqualTo(1);
        assertThat(body.at("/results/0/document/text").asText()).isEqualTo("red apples grow");
        assertThat(body.at("/results/0/relevance_score").asDouble())
                .isBetween(body.at("/results/1/relevance_score").asDouble(), 1.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "\"two\"", "1.5", "[]"})
    void a_count_of_documents_that_is_none_is_refused(String count) {
        HttpResponse<String> answer = Http.send(Http.post(
                gateway.url() + "/v1/rerank",
                "{\"model\":\"m\",\"query\":\"red\",\"documents\":[\"red\"],\"top_n\":" + count + "}"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"top_n\"", "whole number");
    }

    @Test
    void a_text_is_read_aloud_in_silence() throws Exception {
        String body = "{\"model\":\"m\",\"input\":\"one two three four\",\"voice\":\"v\",\"response_format\":\"%s\"}";
        HttpResponse<byte[]> wav = bytes("/v1/audio/speech", "application/json", body.formatted("wav"));
        assertThat(wav.headers().firstValue("Content-Type")).hasValue("audio/wav");
        try (AudioInputStream sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(wav.body()))) {
            assertThat(sound.getFormat()).satisfies(format -> {
                assertThat(format.getEncoding()).isEqualTo(AudioFormat.Encoding.PCM_SIGNED);
                assertThat(format.getSampleRate()).isEqualTo(24_000);
            });
            assertThat(sound.getFrameLength()).isEqualTo(24_000);
        }
        HttpResponse<byte[]> mp3 = bytes("/v1/audio/speech", "application/json", body.formatted("mp3"));
        assertThat(mp3.headers().firstValue("Content-Type")).hasValue("audio/mpeg");
        assertThat(mp3.body()).startsWith(0xFF, 0xFB).hasSize(4 * 10 * 417);
        HttpResponse<byte[]> other = bytes("/v1/audio/speech", "application/json", body.formatted("opus"));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(new String(other.body(), StandardCharsets.UTF_8)).contains("\"param\":\"response_format\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "transcriptions | json | \"text\":\"This is a simulated transcription",
                "transcriptions | text | This is a simulated transcription",
                "transcriptions | vtt | WEBVTT",
                "transcriptions | srt | 00:00:00,000 --> 00:00:01,000",
                "translations | verbose_json | \"task\":\"translate\""
            })
    void a_recording_is_written_down_in_the_format_that_is_asked_for(String path, String format, String expected)
            throws Exception {
        String form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"response_format\"\r\n\r\n" + format + "\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n"
                + "\u0001".repeat(2 << 20) + "\r\n--b--\r\n";
        HttpResponse<byte[]> answer = bytes("/v1/audio/" + path, "multipart/form-data; boundary=b", form);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains(expected);
    }

    @Test
    void a_picture_has_the_colour_of_its_prompt() throws Exception {
        JsonNode two = post("/v1/images/generations", "{'model':'m','prompt':'a cat','n':2}")
                .path("data");
        assertThat(two).hasSize(2);
        byte[] png = Base64.getDecoder().decode(two.at("/0/b64_json").asText());
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getRGB(0, 0) & 0xFFFFFF)
                .isEqualTo("a cat".hashCode() & 0xFFFFFF);
        assertThat(post("/v1/images/generations", "{'model':'m','prompt':'a cat','response_format':'url'}")
                        .at("/data/0/url")
                        .asText())
                .startsWith("data:image/png;base64,");
    }

    @Test
    void what_is_missing_is_named() {
        HttpResponse<String> answer = Http.send(Http.post(gateway.url() + "/v1/moderations", "{\"model\":\"m\"}"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("'input' is missing");
    }

    @Test
    void responses_are_made_by_the_gateway_and_not_compacted_by_anybody() {
        HttpResponse<String> answer =
                Http.send(Http.post(gateway.url() + "/v1/responses/compact", "{\"model\":\"m\",\"input\":[]}"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("unsupported_endpoint");
    }
}
