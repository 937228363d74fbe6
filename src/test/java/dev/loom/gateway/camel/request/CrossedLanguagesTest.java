package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.AnthropicVoice;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.GeminiVoice;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.OpenAiVoice;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.testing.Voice;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What clients ask for in one language, at providers of another one: the provider is asked for the same in its own words, or
 * the client is told which field stands in the way. In the rows an apostrophe stands for a quotation mark.
 */
class CrossedLanguagesTest {

    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},"
            + "\"required\":[\"a\"],\"additionalProperties\":false}";
    private static final Said HELLO = Said.text("hello", "stop");

    private static final FakeProvider OPENAI = speaking(new OpenAiVoice());
    private static final FakeProvider ANTHROPIC = speaking(new AnthropicVoice());
    private static final FakeProvider GEMINI = speaking(new GeminiVoice(true));
    private static TestGateway gateway;

    private static FakeProvider speaking(Voice voice) {
        return new FakeProvider(call -> {
            boolean stream = call.request().path().contains("stream")
                    || call.request().body().contains("\"stream\":true");
            if (stream) {
                call.answer(200, "text/event-stream", String.join("", voice.events(HELLO)));
            } else {
                call.json(200, voice.answer(HELLO));
            }
        });
    }

    @BeforeAll
    static void start() {
        String provider = "  - {name: %s, type: %1$s, api_key: k, base_url: '%s', models: [%s]}\n";
        gateway = TestGateway.start("providers:\n" + provider.formatted("openai", OPENAI.url(), "gpt-4.1")
                + provider.formatted("anthropic", ANTHROPIC.url(), "claude-sonnet-4-5, claude-opus-4-8")
                + provider.formatted("gemini", GEMINI.url().replace("/v1", ""), "gemini-2.5-flash, gemini-3-pro"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        OPENAI.close();
        ANTHROPIC.close();
        GEMINI.close();
    }

    @BeforeEach
    void forget() {
        OPENAI.requests().clear();
        ANTHROPIC.requests().clear();
        GEMINI.requests().clear();
    }

    private static HttpResponse<String> send(String language, String model, String fields) {
        String path =
                switch (language) {
                    case "responses" -> "/v1/responses";
                    case "messages" -> "/v1/messages?beta=true";
                    case "stream" -> "/v1beta/models/" + model + ":streamGenerateContent";
                    default -> "/v1beta/models/" + model + ":generateContent";
                };
        String limit = language.equals("messages") ? "\"max_tokens\":50," : "";
        String body = fields.replace('\'', '"')
                .replace("SCHEMA", SCHEMA)
                .replaceAll("\\bHI\\b", language.equals("messages") ? MESSAGE : CONTENT);
        HttpRequest.Builder request = Http.post(
                        gateway.url() + path, "{\"model\":\"" + model + "\"," + limit + body + "}")
                .header("anthropic-beta", "context-management-2025-06-27");
        return Http.send(request);
    }

    private static final String MESSAGE = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    private static final String CONTENT = "\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]";

    private static FakeProvider.Request sent() {
        for (FakeProvider provider : new FakeProvider[] {OPENAI, ANTHROPIC, GEMINI}) {
            if (!provider.requests().isEmpty()) {
                return provider.requests().get(0);
            }
        }
        throw new AssertionError("Nobody was asked");
    }

    private static JsonNode json(String body) {
        return Json.lenient(body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "responses | claude-sonnet-4-5 | 'input':'x','text':{'format':{'type':'json_schema','name':'n','schema':SCHEMA}}"
                        + " | /output_config/format/type | 'json_schema'",
                "responses | gemini-2.5-flash | 'input':'x','text':{'format':{'type':'json_schema','name':'n','schema':SCHEMA}}"
                        + " | /generationConfig/responseMimeType | 'application/json'",
                "responses | gemini-3-pro | 'input':'x','reasoning':{'effort':'low','summary':'auto'}"
                        + " | /generationConfig/thinkingConfig | {'thinkingLevel':'LOW','includeThoughts':true}",
                "responses | claude-sonnet-4-5 | 'input':[{'role':'user','content':'x'},{'type':'web_search_call','id':'w'},"
                        + "{'role':'assistant','content':'y'},{'role':'user','content':'z'}] | /messages/1/content/0/text | 'y'",
                "responses | claude-sonnet-4-5 | 'input':'x','tools':[{'type':'function','name':'f','parameters':SCHEMA},"
                        + "{'type':'function','name':'g','parameters':SCHEMA}],'tool_choice':{'type':'allowed_tools','mode':"
                        + "'required','tools':[{'type':'function','name':'g'}]} | /tools/0/name | 'g'",
                "responses | gemini-2.5-flash | 'input':[{'role':'user','content':[{'type':'input_file',"
                        + "'file_url':'https://x.example/a.pdf'}]}] | /contents/0/parts/0/fileData/fileUri | 'https://x.example/a.pdf'",
                "messages | gpt-4.1 | HI,'thinking':{'type':'adaptive'},'output_config':{'effort':'high'}"
                        + " | /reasoning_effort | 'high'",
                "messages | gemini-2.5-flash | HI,'tools':[{'name':'f','input_schema':{'type':'object'}}],"
                        + "'tool_choice':{'type':'none'} | /toolConfig/functionCallingConfig/mode | 'NONE'",
                "messages | gemini-2.5-flash | HI,'stop_sequences':['END'] | /generationConfig/stopSequences | ['END']",
                "messages | gemini-2.5-flash | 'messages':[{'role':'user','content':'a'},{'role':'user','content':[{'type':'text',"
                        + "'text':''},{'type':'text','text':'b'}]}] | /contents | [{'role':'user','parts':[{'text':'a'},{'text':'b'}]}]",
                "messages | gpt-4.1 | 'system':[{'type':'text','text':'s'}],HI | /messages/0 | {'role':'system','content':'s'}",
                "gemini | claude-sonnet-4-5 | HI,'system_instruction':{'parts':{'text':'s'}} | /system/0/text | 's'",
                "gemini | claude-sonnet-4-5 | HI,'tools':[{'functionDeclarations':[{'name':'f','parameters':{'type':'OBJECT'}}]}],"
                        + "'toolConfig':{'functionCallingConfig':{'mode':'ANY'}} | /tool_choice/type | 'any'",
                "gemini | claude-sonnet-4-5 | HI,'generationConfig':{'responseMimeType':'application/json','responseSchema':SCHEMA}"
                        + " | /output_config/format/type | 'json_schema'",
                "gemini | claude-opus-4-8 | HI,'generationConfig':{'thinkingConfig':{'thinkingLevel':'HIGH'}}"
                        + " | /output_config/effort | 'high'",
                "gemini | claude-sonnet-4-5 | 'contents':[{'parts':[{'fileData':{'mimeType':'application/pdf','fileUri':"
                        + "'https://x.example/a.pdf'}}]}] | /messages/0/content/0/source | {'type':'url','url':'https://x.example/a.pdf'}",
                "gemini | gpt-4.1 | HI,'safetySettings':[{'category':'x','threshold':'y'}],'labels':{'a':'b'}"
                        + " | `` | {'model':'gpt-4.1','messages':[{'role':'user','content':'hi'}]}"
            })
    void a_provider_is_asked_in_its_own_words(
            String language, String model, String fields, String place, String expected) {
        HttpResponse<String> response = send(language, model, fields);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(json(sent().body()).at(place)).as(sent().body()).isEqualTo(json(expected.replace('\'', '"')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "responses | claude-sonnet-4-5 | 'input':'x','background':true | background",
                "responses | gemini-2.5-flash | 'prompt':{'id':'pmpt_1'} | prompt",
                "responses | gpt-4.1 | 'input':'x','conversation':'conv_1' | conversation",
                "responses | claude-sonnet-4-5 | 'input':[{'role':'user','content':[{'type':'input_image','file_id':'file-1'}]}]"
                        + " | input[0].content[0].file_id",
                "responses | gpt-4.1 | 'input':[{'type':'item_reference','id':'msg_1'}] | input[0]",
                "responses | gemini-2.5-flash | 'input':'x','tools':[{'type':'web_search'}] | tools[0]",
                "messages | gpt-4.1 | HI,'container':'container_1' | container",
                "messages | gemini-2.5-flash | HI,'mcp_servers':[{'type':'url','url':'https://x','name':'x'}] | mcp_servers",
                "messages | gpt-4.1 | HI,'tools':[{'type':'web_search_20250305','name':'web_search'}] | tools.0",
                "messages | gpt-4.1 | 'messages':[{'role':'user','content':[{'type':'document','source':{'type':'file',"
                        + "'file_id':'file_1'}}]}] | messages.0.content.0.source",
                "gemini | gpt-4.1 | 'contents':[{'parts':[{'functionCall':{'name':'f'}}]}] | contents[0].parts[0]",
                "gemini | claude-sonnet-4-5 | HI,'cachedContent':'cachedContents/x' | cachedContent",
                "gemini | gpt-4.1 | HI,'tools':[{'googleSearch':{}}] | tools[0].googleSearch",
                "gemini | claude-sonnet-4-5 | HI,'generationConfig':{'responseModalities':['IMAGE']}"
                        + " | generationConfig.responseModalities[0]"
            })
    void what_the_provider_cannot_do_is_named_as_the_client_calls_it(
            String language, String model, String fields, String place) {
        HttpResponse<String> response = send(language, model, fields);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(json(response.body()).at("/error/message").asText()).contains("'" + place + "'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "responses | claude-sonnet-4-5 | 'input':'x','include':['reasoning.encrypted_content'],'truncation':'auto',"
                        + "'metadata':{'a':'b'},'max_tool_calls':3,'store':false,'stream_options':{'include_obfuscation':false}",
                "messages | gpt-4.1 | HI,'context_management':{'edits':[{'type':'clear_tool_uses_20250919'}]},"
                        + "'service_tier':'auto','metadata':null",
            })
    void what_steers_the_clients_own_api_is_left_out(String language, String model, String fields) {
        assertThat(send(language, model, fields).statusCode()).isEqualTo(200);
        assertThat(sent().body())
                .doesNotContain("include", "truncation", "metadata", "max_tool_calls", "context_management", "tier");
        assertThat(sent().headers()).doesNotContainKey("anthropic-beta");
    }

    @Test
    void a_stream_without_sse_is_an_array_whoever_answers() throws IOException {
        HttpResponse<String> response = send("stream", "claude-sonnet-4-5", "HI");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode answers = json(response.body());
        assertThat(answers.isArray()).as(response.body()).isTrue();
        assertThat(answers.at("/0/candidates/0/content/parts/0/text").asText()).isEqualTo("hello");
        assertThat(answers.get(answers.size() - 1)
                        .at("/candidates/0/finishReason")
                        .asText())
                .isEqualTo("STOP");
    }

    @Test
    void tokens_of_a_whole_request_are_counted_too() {
        String count =
                "{\"generateContentRequest\":{\"model\":\"models/gpt-4.1\",\"systemInstruction\":{\"parts\":[{\"text\":\""
                        + "x".repeat(400) + "\"}]}," + CONTENT + "}}";
        HttpResponse<String> response =
                Http.send(Http.post(gateway.url() + "/v1beta/models/gpt-4.1:countTokens", count));
        assertThat(json(response.body()).path("totalTokens").asInt()).isGreaterThan(40);
    }
}
