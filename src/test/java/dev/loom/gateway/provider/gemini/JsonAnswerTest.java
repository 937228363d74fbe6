package dev.loom.gateway.provider.gemini;

import static dev.loom.gateway.provider.gemini.VertexTargets.encoded;
import static dev.loom.gateway.provider.gemini.VertexTargets.hi;
import static dev.loom.gateway.provider.gemini.VertexTargets.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.UnreadableAnswer;
import org.junit.jupiter.api.Test;

/** Answers in JSON beside tools, which models before Gemini 3 refuse. */
class JsonAnswerTest {

    private static final String OLD = "gemini-2.5-flash";
    private static final String NEW = "gemini-3-flash";
    private static final String TOOLS = "'tools':[{'type':'function','function':{'name':'f'}}]";
    private static final String SCHEMA = "{'type':'object','properties':{'a':{'type':'integer'}}}";
    private static final String FORMAT =
            "'response_format':{'type':'json_schema','json_schema':{'name':'n','description':'D','schema':" + SCHEMA
                    + "}}";
    private static final String BOTH = TOOLS + "," + FORMAT;

    @Test
    void gemini_3_takes_both() {
        JsonNode body = encoded(hi(BOTH), NEW);
        assertThat(body.at("/generationConfig/responseJsonSchema")).isEqualTo(json(SCHEMA));
        assertThat(body.at("/tools/0/functionDeclarations")).hasSize(1);
    }

    @Test
    void before_gemini_3_a_json_answer_beside_tools_is_one_of_the_tools() {
        JsonNode body = encoded(hi(BOTH), OLD);
        assertThat(body.has("generationConfig")).isFalse();
        assertThat(body.at("/tools/0/functionDeclarations"))
                .isEqualTo(json("[{'name':'f'},{'name':'json_answer','description':'D','parametersJsonSchema':" + SCHEMA
                        + "}]"));
        assertThat(body.path("toolConfig")).isEqualTo(json("{'functionCallingConfig':{'mode':'ANY'}}"));
    }

    @Test
    void a_tool_that_the_client_forces_comes_before_the_answer() {
        for (String choice : new String[] {"'required'", "{'type':'function','function':{'name':'f'}}"}) {
            JsonNode body = encoded(hi(BOTH + ",'tool_choice':" + choice), OLD);
            assertThat(body.has("generationConfig")).isFalse();
            assertThat(body.at("/tools/0/functionDeclarations")).hasSize(1);
        }
    }

    @Test
    void tools_that_may_not_be_called_are_left_out() {
        JsonNode body = encoded(hi(BOTH + ",'tool_choice':'none'"), OLD);
        assertThat(body.has("tools") || body.has("toolConfig")).isFalse();
        assertThat(body.at("/generationConfig/responseJsonSchema")).isEqualTo(json(SCHEMA));
    }

    @Test
    void without_a_schema_an_instruction_asks_for_it() {
        JsonNode body = encoded(hi(TOOLS + ",'response_format':{'type':'json_object'}"), OLD);
        assertThat(body.has("generationConfig")).isFalse();
        assertThat(body.at("/tools/0/functionDeclarations")).hasSize(1);
        assertThat(body.at("/systemInstruction/parts/0/text").asText()).contains("JSON object");
    }

    private static ChatRequest asked(String more) {
        return hi(BOTH + more);
    }

    private static String answer(String parts) {
        return json("{'candidates':[{'content':{'parts':" + parts + "},'finishReason':'STOP'}]}")
                .toString();
    }

    private static JsonNode read(ChatRequest request, String model, String parts) throws UnreadableAnswer {
        byte[] body = new Answer(request, VertexTargets.target(model), false)
                .read(answer(parts).getBytes(UTF_8))
                .body();
        return Json.lenient(body).at("/choices/0");
    }

    @Test
    void what_the_tool_was_called_with_is_the_content() throws Exception {
        String call = "{'functionCall':{'name':'json_answer','args':{'a':1}}}";
        JsonNode choice = read(asked(""), OLD, "[" + call + "]");
        assertThat(choice.at("/message/content").asText()).isEqualTo("{\"a\":1}");
        assertThat(choice.path("message").has("tool_calls")).isFalse();
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(read(asked(""), NEW, "[" + call + "]").at("/message/tool_calls"))
                .hasSize(1);
    }

    @Test
    void another_tool_is_called_as_ever() throws Exception {
        JsonNode choice = read(asked(""), OLD, "[{'functionCall':{'name':'f','args':{}}}]");
        assertThat(choice.at("/message/tool_calls/0/function/name").asText()).isEqualTo("f");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    }

    @Test
    void a_stream_says_it_as_content_too() {
        String event = "data: " + answer("[{'functionCall':{'name':'json_answer','args':{'a':1}}}]") + "\n\n";
        ContentStream stream = new ContentStream(asked(",'stream':true"), VertexTargets.target(OLD), false);
        RecordingSink sink = RecordingSink.of(stream, event.getBytes(UTF_8));
        assertThat(Json.lenient(sink.chunks.get(1).getBytes(UTF_8)).at("/choices/0/delta"))
                .isEqualTo(Json.object().put("content", "{\"a\":1}"));
        assertThat(sink.chunks.get(2)).contains("\"finish_reason\":\"stop\"");
    }
}
