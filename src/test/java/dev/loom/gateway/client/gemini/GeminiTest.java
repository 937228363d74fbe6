package dev.loom.gateway.client.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Asked;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.ErrorAnswer;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.ServedModel;
import dev.loom.gateway.client.TokenCount;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.TestTargets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Google's language, read and written. Long, since each of its fields is told to the hub in its own way. */
class GeminiTest {

    private static final Gemini SURFACE = new Gemini();
    private static final String HI = "'contents':[{'role':'user','parts':[{'text':'Hi'}]}]";

    private static RawRequest raw(String method, String body) {
        return Asked.raw("/v1beta/models/gpt-x:" + method, Map.of(), body);
    }

    private static ClientRequest asking(String fields) {
        return Asked.read(SURFACE, raw("generateContent", "{" + fields + "}"));
    }

    private static JsonNode hub(String fields) {
        return Asked.hub(asking(fields));
    }

    private static void assertMessages(String contents, String... messages) {
        assertThat(hub("'contents':[" + contents + "]").path("messages"))
                .isEqualTo(Asked.json("[" + String.join(",", messages) + "]"));
    }

    @Test
    void a_plain_request_becomes_a_plain_one_of_the_hubs() {
        assertThat(hub(HI + ",'systemInstruction':{'parts':[{'text':'Be brief.'}]}"))
                .isEqualTo(Asked.json("{'model':'gpt-x','messages':[{'role':'system','content':'Be brief.'},"
                        + "{'role':'user','content':'Hi'}]}"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1beta/models/gemini-2.5-flash:generateContent,gemini-2.5-flash",
        "/v1/models/llama3:8b:generateContent,llama3:8b",
        "/v1beta/models/google/gemma:generateContent,google/gemma"
    })
    void the_path_names_the_model(String path, String model) {
        ClientRequest request = Asked.read(SURFACE, Asked.raw(path, Map.of(), "{" + HI + "}"));
        assertThat(request.hub().model()).isEqualTo(model);
        assertThat(request.hub().stream()).isFalse();
    }

    @Test
    void the_method_asks_for_a_stream_with_its_usage() {
        JsonNode hub = Asked.hub(Asked.read(SURFACE, raw("streamGenerateContent", "{" + HI + "}")));
        assertThat(hub.path("stream").asBoolean()).isTrue();
        assertThat(hub.at("/stream_options/include_usage").asBoolean()).isTrue();
    }

    @Test
    void google_reads_one_entry_for_a_list_of_one_and_so_does_the_gateway() {
        JsonNode hub =
                hub("'system_instruction':{'parts':{'text':'You are a cat.'}},'contents':{'parts':{'text':'Hi'}},"
                        + "'tools':{'function_declarations':{'name':'f'}},"
                        + "'tool_config':{'function_calling_config':{'mode':'none'}}");
        assertThat(hub)
                .isEqualTo(Asked.json("{'model':'gpt-x','messages':[{'role':'system','content':'You are a cat.'},"
                        + "{'role':'user','content':'Hi'}],'tools':[{'type':'function','function':{'name':'f'}}],"
                        + "'tool_choice':'none'}"));
    }

    /** Proto JSON takes both spellings as the same field, and the last one wins. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'generationConfig':{'maxOutputTokens':5},'generation_config':{'max_output_tokens':9999}"
                        + "|generationConfig",
                "'generation_config':{'maxOutputTokens':9999},'generationConfig':{'maxOutputTokens':5}"
                        + "|generationConfig",
                "'generationConfig':{'max_output_tokens':9999,'maxOutputTokens':5}|generationConfig.maxOutputTokens",
                "'generationConfig':{'thinkingConfig':{'thinkingBudget':1,'thinking_budget':9}}"
                        + "|generationConfig.thinkingConfig.thinkingBudget",
                "'systemInstruction':{'parts':[{'text':'a'}]},'system_instruction':{'parts':[{'text':'b'}]}"
                        + "|systemInstruction",
                "'systemInstruction':null,'system_instruction':{'parts':[{'text':'b'}]}|systemInstruction",
                "'tools':[{'functionDeclarations':[],'function_declarations':[{'name':'f'}]}]"
                        + "|tools[0].functionDeclarations",
                "'tools':[{'functionDeclarations':[{'name':'f','parameters':{'properties':{'a':{'anyOf':[],'any_of':[]}}}}]}]"
                        + "|tools[0].functionDeclarations[0].parameters.properties.a.anyOf"
            })
    void a_field_in_both_of_its_spellings_is_refused_as_one_that_stands_twice(String fields, String place) {
        InvalidRequest refused = catchThrowableOfType(
                InvalidRequest.class,
                () -> SURFACE.read(raw(
                        "generateContent",
                        Asked.json("{" + HI + "," + fields + "}").toString())));
        assertThat(refused.error().param()).isEqualTo(place);
        assertThat(refused.error().message()).contains("stands twice");
    }

    @Test
    void the_clients_own_names_may_differ_in_their_spelling_alone() {
        String own = "{'user_id':{'a_b':1,'aB':2},'userId':{}}";
        assertThat(asking("'contents':[{'role':'user','parts':[{'text':'Hi'}]},"
                                + "{'role':'model','parts':[{'functionCall':{'name':'f','args':" + own + "}}]},"
                                + "{'role':'user','parts':[{'functionResponse':{'name':'f','response':" + own + "}}]}],"
                                + "'tools':[{'functionDeclarations':[{'name':'f','parameters':{'type':'OBJECT','properties':"
                                + "{'user_id':{'type':'STRING'},'userId':{'type':'STRING'}}}},"
                                + "{'name':'g','parametersJsonSchema':{'properties':" + own + "}}]}]")
                        .hub())
                .isNotNull();
    }

    @Test
    void code_that_google_ran_itself_becomes_text_and_its_picture_is_kept() {
        assertMessages(
                "{'role':'user','parts':[{'text':'Hi'}]},{'role':'model','parts':["
                        + "{'executableCode':{'language':'PYTHON','code':'print(1)'}},"
                        + "{'codeExecutionResult':{'outcome':'OUTCOME_OK','output':'1'}},"
                        + "{'inlineData':{'mimeType':'image/png','data':'AAAA'}},{'text':'So 1.'}]}",
                "{'role':'user','content':'Hi'}",
                "{'role':'assistant','content':[{'type':'text','text':'```\\nprint(1)\\n```'},{'type':'text','text':'1'},"
                        + "{'type':'text','text':'So 1.'}],'images':[{'type':'image_url','image_url':{'url':"
                        + "'data:image/png;base64,AAAA'}}]}");
    }

    @Test
    void a_picture_is_a_part() {
        String completion = "{'id':'chatcmpl-1','choices':[{'index':0,'message':{'content':'Here:','images':"
                + "[{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}}]},'finish_reason':'stop'}]}";
        assertThat(Asked.answer(asking(HI), Asked.quoted(completion).getBytes(UTF_8))
                        .at("/candidates/0/content/parts"))
                .isEqualTo(Asked.json("[{'text':'Here:'},{'inlineData':{'mimeType':'image/png','data':'AAAA'}}]"));
    }

    @Test
    void images_sounds_and_files_become_parts() {
        assertMessages(
                "{'parts':[{'inlineData':{'mimeType':'image/png','data':'AA-_'}},"
                        + "{'inline_data':{'mime_type':'audio/wav','data':'BBBB'}},"
                        + "{'inlineData':{'mimeType':'application/pdf','data':'CCCC'}},"
                        + "{'fileData':{'mimeType':'image/png','fileUri':'https://x.example/a.png'}},"
                        + "{'fileData':{'mimeType':'application/pdf','fileUri':'https://x.example/b.pdf'}}]}",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:image/png;base64,AA+/'}},"
                        + "{'type':'input_audio','input_audio':{'data':'BBBB','format':'wav'}},"
                        + "{'type':'file','file':{'filename':'file','file_data':'data:application/pdf;base64,CCCC'}},"
                        + "{'type':'image_url','image_url':{'url':'https://x.example/a.png'}},"
                        + "{'type':'file','file':{'file_url':'https://x.example/b.pdf'}}]}");
    }

    @Test
    void calls_and_their_results_are_tied_together() {
        assertMessages(
                "{'role':'model','parts':[{'text':'Hm.','thought':true},{'text':'Let me look.'},"
                        + "{'functionCall':{'name':'look','args':{'at':'sky'}},'thoughtSignature':'Z2Vt'},"
                        + "{'functionCall':{'name':'look'}},{'functionCall':{'id':'own','name':'go','args':{}}}]},"
                        + "{'role':'user','parts':[{'functionResponse':{'name':'look','response':{'output':'blue'}}},"
                        + "{'functionResponse':{'id':'own','name':'go','response':{'result':'gone'}}},"
                        + "{'functionResponse':{'name':'look','response':{'a':1,'b':2}}},{'text':'So?'}]}",
                "{'role':'assistant','content':'Let me look.','reasoning_content':'Hm.','tool_calls':["
                        + "{'id':'call_0','type':'function','function':{'name':'look','arguments':'{\\'at\\':\\'sky\\'}'},"
                        + "'extra_content':{'google':{'thought_signature':'Z2Vt'}}},"
                        + "{'id':'call_1','type':'function','function':{'name':'look','arguments':'{}'}},"
                        + "{'id':'own','type':'function','function':{'name':'go','arguments':'{}'}}]}",
                "{'role':'tool','content':'blue','tool_call_id':'call_0'}",
                "{'role':'tool','content':'gone','tool_call_id':'own'}",
                "{'role':'tool','content':'{\\'a\\':1,\\'b\\':2}','tool_call_id':'call_1'}",
                "{'role':'user','content':'So?'}");
    }

    @Test
    void functions_become_tools_with_plain_schemas() {
        JsonNode tools = hub(HI
                        + ",'tools':[{'functionDeclarations':[{'name':'look','description':'Looks.','parameters':"
                        + "{'type':'OBJECT','properties':{'at':{'type':'STRING','nullable':true},'all':{'type':'ARRAY',"
                        + "'items':{'type':'INTEGER'}}},'propertyOrdering':['at'],'required':['at']}},"
                        + "{'name':'go','parametersJsonSchema':{'type':'object'}}]}]")
                .path("tools");
        assertThat(tools.path(0))
                .isEqualTo(
                        Asked.json("{'type':'function','function':{'name':'look','description':'Looks.','parameters':"
                                + "{'type':'object','properties':{'at':{'type':['string','null']},'all':{'type':'array',"
                                + "'items':{'type':'integer'}}},'required':['at']}}}"));
        assertThat(tools.path(1))
                .isEqualTo(Asked.json("{'type':'function','function':{'name':'go','parameters':{'type':'object'}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'mode':'AUTO'} | 'auto'",
                "{'mode':'VALIDATED'} | 'auto'",
                "{'mode':'ANY'} | 'required'",
                "{'mode':'NONE'} | 'none'",
                "{'mode':'ANY','allowedFunctionNames':['f']} | {'type':'function','function':{'name':'f'}}",
                "{'mode':'ANY','allowedFunctionNames':['f','g']} | {'type':'allowed_tools','allowed_tools':{'mode':'required',"
                        + "'tools':[{'type':'function','function':{'name':'f'}},{'type':'function','function':{'name':'g'}}]}}"
            },
            quoteCharacter = '`')
    void the_choice_of_a_function_is_kept(String config, String expected) {
        JsonNode hub = hub(HI + ",'tools':[{'functionDeclarations':[{'name':'f'},{'name':'g'}]}],"
                + "'toolConfig':{'functionCallingConfig':" + config + "}");
        assertThat(hub.path("tool_choice")).isEqualTo(Asked.json(expected));
    }

    @Test
    void steering_is_kept() {
        ObjectNode hub = (ObjectNode)
                hub(
                        HI + ",'safetySettings':[],'generationConfig':{'temperature':0.5,'topP':0.9,'topK':3,"
                                + "'candidateCount':2,'maxOutputTokens':9,'stopSequences':['x'],'seed':1,'presencePenalty':0.1,"
                                + "'frequencyPenalty':0.2,'responseLogprobs':true,'logprobs':2,'thinkingConfig':{'thinkingLevel':'LOW'}}");
        hub.remove("messages");
        assertThat(hub)
                .isEqualTo(Asked.json("{'model':'gpt-x','temperature':0.5,'top_p':0.9,'top_k':3,'n':2,"
                        + "'max_completion_tokens':9,'stop':['x'],'seed':1,'presence_penalty':0.1,'frequency_penalty':0.2,"
                        + "'logprobs':true,'top_logprobs':2,'reasoning_effort':'low'}"));
    }

    @ParameterizedTest
    @CsvSource({"0,''", "-1,''", "1024,low", "8192,medium", "24576,high"})
    void a_budget_of_thoughts_becomes_an_effort(int budget, String effort) {
        JsonNode hub = hub(HI + ",'generationConfig':{'thinkingConfig':{'thinkingBudget':" + budget + "}}");
        assertThat(hub.path("reasoning_effort").asText("")).isEqualTo(effort);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'responseMimeType':'text/plain' | ``",
                "'responseMimeType':'application/json' | {'type':'json_object'}",
                "'responseMimeType':'application/json','responseSchema':{'type':'OBJECT'} | "
                        + "{'type':'json_schema','json_schema':{'name':'answer','schema':{'type':'object'}}}",
                "'responseMimeType':'application/json','responseJsonSchema':{'type':'object'} | "
                        + "{'type':'json_schema','json_schema':{'name':'answer','schema':{'type':'object'}}}",
                "'responseSchema':{'type':'OBJECT'} | "
                        + "{'type':'json_schema','json_schema':{'name':'answer','schema':{'type':'object'}}}"
            },
            quoteCharacter = '`')
    void the_form_of_the_answer_is_kept(String config, String expected) {
        JsonNode format = hub(HI + ",'generationConfig':{" + config + "}").path("response_format");
        assertThat(format).isEqualTo(expected.isEmpty() ? Json.MAPPER.missingNode() : Asked.json(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'tools':[{'googleSearch':{}}] | tools[0].googleSearch",
                "'cachedContent':'c' | cachedContent",
                "'generationConfig':{'responseModalities':['TEXT','IMAGE']} | generationConfig.responseModalities[1]",
                "'generationConfig':{'responseMimeType':'text/x.enum'} | generationConfig.responseMimeType"
            },
            quoteCharacter = '`')
    void what_only_google_does_is_named(String fields, String place) {
        ClientRequest request = asking(HI + "," + fields);
        assertThat(request.unsaid()).isNotNull();
        assertThat(request.unsaid().error().param()).isEqualTo(place);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | contents",
                "{'contents':[]} | contents",
                "{'contents':[{'role':'system','parts':[{'text':'x'}]}]} | contents[0].role",
                "{'contents':[{'parts':[1]}]} | contents[0].parts[0]",
                "{'contents':[{'parts':[{'text':1}]}]} | contents[0].parts[0].text",
                "{'contents':[{'parts':[{'functionResponse':{'name':'f','response':{}}}]}]} | contents[0].parts[0].functionResponse.name",
                "{'contents':[{'parts':[{'text':'x'}]}],'generationConfig':{'maxOutputTokens':'9'}} | generationConfig.maxOutputTokens",
                "{'contents':[{'parts':[{'text':'x'}]}],'tools':[{'functionDeclarations':[{}]}]} | tools[0].functionDeclarations[0].name"
            },
            quoteCharacter = '`')
    void an_error_names_the_field_as_the_client_calls_it(String body, String place) {
        assertThat(Asked.error(SURFACE, raw("generateContent", body)).param()).isEqualTo(place);
    }

    @Test
    void a_path_without_a_method_is_an_error() {
        ApiError error = Asked.error(SURFACE, Asked.raw("/v1beta/models/m", Map.of(), "{" + HI + "}"));
        assertThat(error.message()).contains("/v1beta/models/gemini-2.5-flash:generateContent");
        assertThat(Asked.error(SURFACE, raw("predict", "{" + HI + "}")).message())
                .contains("'predict'");
    }

    private static JsonNode answer(String message, String reason) {
        String completion = "{'id':'chatcmpl-1','created':7,'model':'gpt-x','choices':[{'index':0,'message':" + message
                + ",'finish_reason':'" + reason + "'}],'usage':{'prompt_tokens':20,'completion_tokens':5,"
                + "'prompt_tokens_details':{'cached_tokens':8},'completion_tokens_details':{'reasoning_tokens':3}}}";
        return Asked.answer(asking(HI), Asked.quoted(completion).getBytes(UTF_8));
    }

    @Test
    void an_answer_has_candidates() {
        assertThat(answer("{'content':'Hello','reasoning_content':'Hm.'}", "stop"))
                .isEqualTo(Asked.json("{'candidates':[{'content':{'role':'model','parts':[{'text':'Hello'}]},'index':0,"
                        + "'finishReason':'STOP'}],'modelVersion':'gpt-x','responseId':'1','createTime':'1970-01-01T00:00:07Z',"
                        + "'usageMetadata':{'promptTokenCount':20,'candidatesTokenCount':2,'totalTokenCount':25,"
                        + "'thoughtsTokenCount':3,'cachedContentTokenCount':8}}"));
    }

    @Test
    void a_refusal_is_told_and_shown() {
        JsonNode candidate =
                answer("{'content':null,'refusal':'No.'}", "content_filter").at("/candidates/0");
        assertThat(candidate.path("finishReason").asText()).isEqualTo("SAFETY");
        assertThat(candidate.path("finishMessage").asText()).isEqualTo("No.");
        assertThat(candidate.at("/content/parts/0/text").asText()).isEqualTo("No.");
    }

    @Test
    void a_refusal_is_no_plain_end_whatever_the_provider_calls_it() {
        JsonNode candidate = answer("{'content':null,'refusal':'No.'}", "stop").at("/candidates/0");
        assertThat(candidate.path("finishReason").asText()).isEqualTo("SAFETY");
        assertThat(candidate.path("finishMessage").asText()).isEqualTo("No.");
        assertThat(candidate.at("/content/parts/0/text").asText()).isEqualTo("No.");
    }

    @Test
    void thinking_survives_the_way_through_the_client_and_google_gets_a_signature() {
        String block = "{'type':'thinking','thinking':'Hm.','signature':'c2ln'}";
        String call = "{'id':'c','type':'function','function':{'name':'f','arguments':'{}'}}";
        JsonNode content = answer(
                        "{'content':null,'reasoning_content':'Hm.','thinking_blocks':[" + block + "],'tool_calls':["
                                + call + "]}",
                        "tool_calls")
                .at("/candidates/0/content");
        assertMessages(
                content.toString(),
                "{'role':'assistant','content':null,'thinking_blocks':[" + block + "],'tool_calls':[" + call + "]}");
        byte[] asked = raw("generateContent", "{'contents':[" + content + "]}").body();
        assertThat(new String(
                        java.util.Base64.getDecoder()
                                .decode(Json.lenient(SURFACE.passedOn(asked))
                                        .at("/contents/0/parts/0/thoughtSignature")
                                        .asText()),
                        UTF_8))
                .isEqualTo("skip_thought_signature_validator");
    }

    @Test
    void the_length_of_a_prompt_is_told() throws InvalidRequest {
        TokenCount count = SURFACE.readCount(raw("countTokens", "{'generateContentRequest':{" + HI + "}}"));
        assertThat(count.hub().model()).isEqualTo("gpt-x");
        assertThat(new String(count.answer().apply(14), UTF_8)).isEqualTo("{\"totalTokens\":14}");
        assertThat(SURFACE.readCount(raw("countTokens", "{" + HI + "}"))
                        .hub()
                        .tree()
                        .path("messages"))
                .hasSize(1);
    }

    @Test
    void embeddings_are_asked_for_one_by_one_or_many_at_once() {
        String content = "'content':{'parts':[{'text':'a'},{'text':'b'}]},'outputDimensionality':2";
        ClientRequest one = Asked.read(SURFACE, raw("embedContent", "{" + content + "}"));
        ClientRequest many =
                Asked.read(SURFACE, raw("batchEmbedContents", "{'requests':[{" + content + "},{" + content + "}]}"));
        byte[] embeddings = Asked.quoted("{'data':[{'embedding':[1,2]},{'embedding':[3,4]}]}")
                .getBytes(UTF_8);

        EmbeddingsRequest hub = (EmbeddingsRequest) one.hub();
        assertThat(hub.inputs()).extracting(JsonNode::asText).containsExactly("a\nb");
        assertThat(hub.dimensions()).isEqualTo(2);
        assertThat(hub.base64()).isFalse();
        assertThat(((EmbeddingsRequest) many.hub()).inputs()).hasSize(2);
        assertThat(Asked.answer(one, embeddings)).isEqualTo(Asked.json("{'embedding':{'values':[1,2]}}"));
        assertThat(Asked.answer(many, embeddings))
                .isEqualTo(Asked.json("{'embeddings':[{'values':[1,2]},{'values':[3,4]}]}"));
    }

    @ParameterizedTest
    @CsvSource({
        "400,INVALID_ARGUMENT",
        "401,UNAUTHENTICATED",
        "403,PERMISSION_DENIED",
        "404,NOT_FOUND",
        "413,INVALID_ARGUMENT",
        "429,RESOURCE_EXHAUSTED",
        "500,INTERNAL",
        "502,UNAVAILABLE",
        "503,UNAVAILABLE",
        "504,DEADLINE_EXCEEDED"
    })
    void errors_have_googles_shape(int status, String word) {
        ErrorAnswer answer = SURFACE.error(status, ApiError.server("Why.", null), Json.object(), "req-1");
        assertThat(Json.lenient(answer.body()))
                .isEqualTo(Asked.json("{'error':{'code':" + status + ",'message':'Why.','status':'" + word + "'}}"));
    }

    @Test
    void models_are_listed_as_google_lists_them() {
        ServedModel model = new ServedModel("gpt-x", TestTargets.RECEIVED, "loom", 1000, null);
        assertThat(Json.lenient(SURFACE.models(List.of(model), Lookup.NONE)))
                .isEqualTo(
                        Asked.json(
                                "{'models':[{'name':'models/gpt-x','version':'1','displayName':'gpt-x',"
                                        + "'inputTokenLimit':1000,'supportedGenerationMethods':['generateContent','countTokens','embedContent']}]}"));
    }
}
