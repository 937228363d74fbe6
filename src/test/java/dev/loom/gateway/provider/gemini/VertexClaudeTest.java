package dev.loom.gateway.provider.gemini;

import static dev.loom.gateway.provider.gemini.VertexTargets.hi;
import static dev.loom.gateway.provider.gemini.VertexTargets.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.dialects.Dialects;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class VertexClaudeTest {

    private static final Target CLAUDE = VertexTargets.target("claude-sonnet-4-5@20250929");
    private static final String URL = VertexTargets.BASE
            + "/v1/projects/proj-1/locations/us-central1/publishers/anthropic/models/claude-sonnet-4-5%4020250929";

    private final Vertex vertex = new Vertex();

    @Test
    void claude_is_asked_in_anthropics_language_with_model_and_version_elsewhere() {
        UpstreamRequest request = vertex.encode(hi("'max_tokens':9"), CLAUDE);
        assertThat(request.url()).isEqualTo(URL + ":rawPredict");
        assertThat(request.headers()).doesNotContainKeys("anthropic-version", "x-api-key");
        JsonNode body = Json.lenient(request.body());
        assertThat(body.path("anthropic_version").asText()).isEqualTo("vertex-2023-10-16");
        assertThat(body.has("model")).isFalse();
        assertThat(body.path("max_tokens").asInt()).isEqualTo(9);
        assertThat(body.at("/messages/0/role").asText()).isEqualTo("user");
    }

    @Test
    void a_stream_is_asked_for_in_url_and_body() {
        UpstreamRequest request = vertex.encode(TestTargets.streaming(false), CLAUDE);
        assertThat(request.url()).isEqualTo(URL + ":streamRawPredict");
        assertThat(Json.lenient(request.body()).path("stream").asBoolean()).isTrue();
    }

    @Test
    void an_answer_is_read_as_anthropics() throws UnreadableAnswer {
        Completion completion = vertex.decode(
                Json.bytes(json("{'id':'msg_1','type':'message','role':'assistant','model':'claude-sonnet-4-5',"
                        + "'content':[{'type':'text','text':'Hello'}],'stop_reason':'end_turn',"
                        + "'usage':{'input_tokens':3,'output_tokens':2}}")),
                hi(""),
                CLAUDE);
        assertThat(Json.lenient(completion.body())
                        .at("/choices/0/message/content")
                        .asText())
                .isEqualTo("Hello");
        assertThat(completion.usage()).isEqualTo(new Usage(3, 2, 0));
    }

    @Test
    void a_stream_is_read_as_anthropics() {
        String stream = String.join(
                        "\n\n",
                        List.of(
                                "data: {'type':'message_start','message':{'id':'msg_1','model':'claude','content':[],'usage':{'input_tokens':3}}}",
                                "data: {'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}}",
                                "data: {'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'Hi'}}",
                                "data: {'type':'content_block_stop','index':0}",
                                "data: {'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':2}}",
                                "data: {'type':'message_stop'}",
                                ""))
                .replace('\'', '"');
        RecordingSink sink =
                RecordingSink.of(vertex.stream(TestTargets.streaming(true), CLAUDE), stream.getBytes(UTF_8));
        assertThat(sink.done).isTrue();
        assertThat(sink.chunks).anyMatch(chunk -> chunk.contains("\"content\":\"Hi\""));
        assertThat(sink.chunks.get(sink.chunks.size() - 1)).contains("\"prompt_tokens\":3");
    }

    @Test
    void an_error_may_be_anthropics_or_googles() {
        String anthropics = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"},"
                + "\"request_id\":\"req_1\"}";
        Failure failure = vertex.classify(529, Headers.NONE, anthropics.getBytes(UTF_8), Instant.EPOCH);
        assertThat(failure.outcome()).isEqualTo(Outcome.TRANSIENT);
        assertThat(failure.requestId()).isEqualTo("req_1");
        String googles = "{\"error\":{\"code\":429,\"message\":\"Quota\",\"status\":\"RESOURCE_EXHAUSTED\"}}";
        assertThat(vertex.classify(429, Headers.NONE, googles.getBytes(UTF_8), Instant.EPOCH)
                        .outcome())
                .isEqualTo(Outcome.RATE_LIMITED);
    }

    @Test
    void the_dialect_is_built_in() {
        assertThat(Dialects.of("vertex")).isInstanceOf(Vertex.class);
    }
}
