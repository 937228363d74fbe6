package dev.loom.gateway.provider.gemini;

import static dev.loom.gateway.provider.gemini.VertexTargets.encoded;
import static dev.loom.gateway.provider.gemini.VertexTargets.hi;
import static dev.loom.gateway.provider.gemini.VertexTargets.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.UnsupportedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRequestTest {

    private static final String FLASH = "gemini-2.5-flash";
    private static final String SCHEMA =
            "{'type':'object','properties':{'a':{'type':['integer','null']}}," + "'additionalProperties':false}";
    private static final String TOOLS =
            """
            'tools':[{'type':'function','function':{'name':'f','description':'does f','strict':true,
              'parameters':{'type':'object','properties':{'x':{'$ref':'#/$defs/X'}},'$defs':{'X':{'type':'string'}}}}},
             {'type':'function','function':{'name':'g'}}]""";

    private static JsonNode generation(String members, String model) {
        return encoded(hi(members), model).path("generationConfig");
    }

    @Test
    void a_plain_request_has_nothing_but_contents() {
        assertThat(encoded(hi(""), FLASH)).isEqualTo(json("{'contents':[{'role':'user','parts':[{'text':'hi'}]}]}"));
    }

    @Test
    void fields_of_the_same_meaning_are_renamed() {
        assertThat(generation(
                        """
                        'temperature':0.5,'top_p':0.9,'top_k':40,'n':2,'seed':7,'presence_penalty':0.1,
                        'frequency_penalty':0.2,'logprobs':true,'top_logprobs':3,'max_tokens':5,
                        'max_completion_tokens':9,'stop':'END'""",
                        FLASH))
                .isEqualTo(
                        json(
                                """
                        {'temperature':0.5,'topP':0.9,'topK':40,'candidateCount':2,'seed':7,'presencePenalty':0.1,
                        'frequencyPenalty':0.2,'responseLogprobs':true,'logprobs':3,'maxOutputTokens':9,
                        'stopSequences':['END']}"""));
        assertThat(generation("'stop':['a','b']", FLASH)).isEqualTo(json("{'stopSequences':['a','b']}"));
    }

    @Test
    void the_providers_own_limit_holds_where_the_client_sets_none() {
        assertThat(generation("", "gemini-limited")).isEqualTo(json("{'maxOutputTokens':77}"));
        assertThat(generation("'max_tokens':5", "gemini-limited")).isEqualTo(json("{'maxOutputTokens':5}"));
    }

    @Test
    void nulls_and_fields_without_counterpart_are_dropped() {
        assertThat(encoded(
                        hi(
                                """
                        'temperature':null,'stop':null,'tools':[],'response_format':null,'reasoning_effort':null,
                        'modalities':['text'],'logit_bias':{'1':5},'user':'u','parallel_tool_calls':false,'store':true,
                        'metadata':{'a':'b'},'service_tier':'auto','verbosity':'low','prediction':{'type':'content'}"""),
                        FLASH))
                .isEqualTo(encoded(hi(""), FLASH));
    }

    @Test
    void json_mode_and_schemas_are_passed_on_to_models_that_read_them() {
        assertThat(generation("'response_format':{'type':'json_object'}", FLASH))
                .isEqualTo(json("{'responseMimeType':'application/json'}"));
        assertThat(generation("'response_format':{'type':'text'}", FLASH).isMissingNode())
                .isTrue();
        String format = "'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':" + SCHEMA + "}}";
        assertThat(generation(format, FLASH))
                .isEqualTo(json("{'responseMimeType':'application/json','responseJsonSchema':" + SCHEMA + "}"));
        assertThat(generation(format, "gemini-2.0-flash").path("responseSchema"))
                .isEqualTo(json("{'type':'OBJECT','properties':{'a':{'nullable':true,'type':'INTEGER'}},"
                        + "'propertyOrdering':['a']}"));
    }

    @Test
    void an_effort_becomes_what_the_model_understands() {
        assertThat(generation("'reasoning_effort':'low'", FLASH))
                .isEqualTo(json("{'thinkingConfig':{'thinkingBudget':1024,'includeThoughts':true}}"));
        assertThat(generation("'reasoning_effort':'low'", "gemini-3-pro-preview"))
                .isEqualTo(json("{'thinkingConfig':{'thinkingLevel':'LOW','includeThoughts':true}}"));
        assertThat(generation("'reasoning_effort':'low'", "gemini-2.0-flash").isMissingNode())
                .isTrue();
    }

    @Test
    void every_effort_but_none_also_asks_for_the_thoughts() {
        assertThat(generation("'reasoning_effort':'low'", FLASH))
                .isEqualTo(json("{'thinkingConfig':{'thinkingBudget':1024,'includeThoughts':true}}"));
        assertThat(generation("'reasoning_effort':'high'", "gemini-3-pro-preview"))
                .isEqualTo(json("{'thinkingConfig':{'thinkingLevel':'HIGH','includeThoughts':true}}"));
        assertThat(generation("'reasoning_effort':'none'", FLASH))
                .isEqualTo(json("{'thinkingConfig':{'thinkingBudget':0}}"));
    }

    @Test
    void pictures_are_asked_for_by_their_modality() {
        assertThat(generation("'modalities':['image','text']", "gemini-2.5-flash-image"))
                .isEqualTo(json("{'responseModalities':['IMAGE','TEXT']}"));
        assertThat(generation("'modalities':['text']", FLASH).isMissingNode()).isTrue();
    }

    @Test
    void googles_own_extras_are_passed_on_and_win_over_the_effort() {
        JsonNode body = encoded(
                hi(
                        """
                'reasoning_effort':'low','extra_body':{'google':{'thinking_config':{'include_thoughts':true},
                'safety_settings':[{'category':'C','threshold':'T'}],'cached_content':'cachedContents/1'}}"""),
                FLASH);
        assertThat(body.path("generationConfig")).isEqualTo(json("{'thinkingConfig':{'include_thoughts':true}}"));
        assertThat(body.path("safetySettings")).isEqualTo(json("[{'category':'C','threshold':'T'}]"));
        assertThat(body.path("cachedContent").asText()).isEqualTo("cachedContents/1");
    }

    @Test
    void tools_become_one_list_of_declarations() {
        JsonNode body = encoded(hi(TOOLS), FLASH);
        assertThat(body.path("tools"))
                .isEqualTo(
                        json(
                                """
                        [{'functionDeclarations':[{'name':'f','description':'does f','parametersJsonSchema':
                         {'type':'object','properties':{'x':{'$ref':'#/$defs/X'}},'$defs':{'X':{'type':'string'}}}},
                         {'name':'g'}]}]"""));
        assertThat(body.has("toolConfig")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'auto' | {'mode':'AUTO'}",
                "'none' | {'mode':'NONE'}",
                "'required' | {'mode':'ANY'}",
                "{'type':'function','function':{'name':'g'}} | {'mode':'ANY','allowedFunctionNames':['g']}",
                "{'type':'allowed_tools','allowed_tools':{'mode':'required','tools':[{'type':'function','function':{'name':'g'}}]}} | {'mode':'ANY'}"
            })
    void the_choice_of_tools_becomes_a_calling_mode(String choice, String config) {
        JsonNode body = encoded(hi(TOOLS + ",'tool_choice':" + choice), FLASH);
        assertThat(body.path("toolConfig")).isEqualTo(json("{'functionCallingConfig':" + config + "}"));
        boolean restricted = choice.contains("allowed_tools");
        assertThat(body.path("tools").path(0).path("functionDeclarations").size())
                .isEqualTo(restricted ? 1 : 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'functions':[]|functions",
                "'function_call':'auto'|function_call",
                "'audio':{'voice':'x'}|audio",
                "'web_search_options':{}|web_search_options",
                "'modalities':['text','audio']|modalities",
                "'stream':true,'logprobs':true|logprobs",
                "'reasoning_effort':'a lot'|reasoning_effort",
                "'response_format':{'type':'grammar'}|response_format.type",
                "'tools':[{'type':'custom','custom':{'name':'c'}}]|tools[0].type",
                "'tools':[{'type':'function','function':{'name':'f'}}],'tool_choice':'maybe'|tool_choice",
                "'tools':[{'type':'function','function':{'name':'f'}}],'tool_choice':{'type':'allowed_tools',"
                        + "'allowed_tools':{'mode':'auto','tools':[{'type':'function','function':{'name':'z'}}]}}|tool_choice"
            })
    void what_cannot_be_dropped_is_refused_by_name(String membersAndParam) {
        String[] halves = membersAndParam.split("\\|", 2);
        assertThatThrownBy(() -> encoded(hi(halves[0]), FLASH))
                .isInstanceOfSatisfying(
                        UnsupportedRequest.class,
                        e -> assertThat(e.error().param()).isEqualTo(halves[1]));
    }
}
