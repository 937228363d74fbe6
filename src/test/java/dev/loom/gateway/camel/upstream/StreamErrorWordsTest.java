package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors of a provider in a stream that has begun, told to clients of its own language and of others. */
class StreamErrorWordsTest {

    private static final Map<String, List<String>> BEGINNINGS = Map.of(
            "openai",
            List.of("data: {'id':'c','object':'chat.completion.chunk','created':1,'model':'m','choices':[{'index':0,"
                    + "'delta':{'role':'assistant','content':'Hi'},'finish_reason':null}]}"),
            "anthropic",
            List.of(
                    "event: message_start\ndata: {'type':'message_start','message':{'id':'msg_1','type':'message',"
                            + "'role':'assistant','model':'m','content':[],'usage':{'input_tokens':5,'output_tokens':1}}}",
                    "event: content_block_start\ndata: {'type':'content_block_start','index':0,'content_block':"
                            + "{'type':'text','text':''}}",
                    "event: content_block_delta\ndata: {'type':'content_block_delta','index':0,'delta':"
                            + "{'type':'text_delta','text':'Hi'}}"),
            "gemini",
            List.of("data: {'candidates':[{'content':{'role':'model','parts':[{'text':'Hi'}]}}]}"));

    private static TwoLanguages languages;

    @BeforeAll
    static void start() {
        languages = new TwoLanguages();
    }

    @AfterAll
    static void stop() {
        languages.close();
    }

    /** @param error the data of the last event */
    private static JsonNode last(String provider, String error, String client, String model) {
        List<String> events = new ArrayList<>(BEGINNINGS.get(provider));
        events.add((provider.equals("anthropic") ? "event: error\n" : "") + "data: " + error);
        languages.says(events);
        List<JsonNode> read = languages.read(client, model, true);
        assertThat(read.toString()).contains("Hi").contains("Busy");
        return read.get(read.size() - 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "anthropic | {'type':'error','error':{'type':'overloaded_error','message':'Busy'}} | /error/type=overloaded_error",
                "anthropic | {'type':'error','error':{'type':'rate_limit_error','message':'Busy'}} | /error/type=rate_limit_error",
                "anthropic | {'type':'error','error':{'type':'something_error','message':'Busy'}}  | /error/type=something_error",
                "gemini | {'error':{'code':503,'message':'Busy','status':'UNAVAILABLE'}}           | /error/status=UNAVAILABLE /error/code=503",
                "gemini | {'error':{'code':429,'message':'Busy','status':'RESOURCE_EXHAUSTED'}}    | /error/status=RESOURCE_EXHAUSTED /error/code=429",
                "gemini | {'error':{'code':499,'message':'Busy','status':'CANCELLED'}}             | /error/status=CANCELLED /error/code=499",
                "openai | {'error':{'type':'overloaded_error','message':'Busy','code':'busy'}}     | /error/type=overloaded_error /error/code=busy",
                "openai | {'error':{'type':'tokens','message':'Busy','code':'rate_limit_exceeded'}} | /error/type=tokens /error/code=rate_limit_exceeded",
                "openai | {'error':{'type':'something_new','message':'Busy','code':null}}          | /error/type=something_new /error/code=null",
                "openai | {'object':'error','type':'InternalServerError','message':'Busy','code':500} | /error/type=InternalServerError /error/code=500",
                "openai | {'detail':'Busy'}                                                        | /error/type=server_error /error/code=null",
                "anthropic | {'type':'overloaded_error','message':'Busy'}                          | /error/type=overloaded_error",
                "gemini | {'detail':'Busy'}                                                        | /error/status=INTERNAL",
            })
    void within_one_language_an_error_keeps_its_words(String language, String error, String expected) {
        for (String model : List.of(language, language + "-ruled")) {
            has(last(language, error, language, model), expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "anthropic | {'type':'error','error':{'type':'overloaded_error','message':'Busy'}} | openai | /error/type=server_error /error/code=overloaded_error",
                "anthropic | {'type':'error','error':{'type':'overloaded_error','message':'Busy'}} | gemini | /error/code=503 /error/status=UNAVAILABLE",
                "anthropic | {'type':'error','error':{'type':'overloaded_error','message':'Busy'}} | responses | /response/error/code=server_error",
                "anthropic | {'type':'error','error':{'type':'rate_limit_error','message':'Busy'}} | openai | /error/type=requests /error/code=rate_limit_exceeded",
                "anthropic | {'type':'error','error':{'type':'rate_limit_error','message':'Busy'}} | gemini | /error/code=429 /error/status=RESOURCE_EXHAUSTED",
                "anthropic | {'type':'error','error':{'type':'rate_limit_error','message':'Busy'}} | responses | /response/error/code=rate_limit_exceeded",
                "gemini | {'error':{'code':503,'message':'Busy','status':'UNAVAILABLE'}}           | openai | /error/type=server_error /error/code=unavailable",
                "gemini | {'error':{'code':503,'message':'Busy','status':'UNAVAILABLE'}}           | anthropic | /error/type=overloaded_error",
                "gemini | {'error':{'code':429,'message':'Busy','status':'RESOURCE_EXHAUSTED'}}    | anthropic | /error/type=rate_limit_error",
                "gemini | {'error':{'code':500,'message':'Busy','status':'INTERNAL'}}              | anthropic | /error/type=api_error",
                "openai | {'error':{'type':'server_error','message':'Busy','code':'overloaded'}}   | anthropic | /error/type=overloaded_error",
                "openai | {'error':{'type':'server_error','message':'Busy','code':'overloaded'}}   | gemini | /error/code=503 /error/status=UNAVAILABLE",
                "openai | {'error':{'type':'tokens','message':'Busy','code':'rate_limit_exceeded'}} | anthropic | /error/type=rate_limit_error",
                "openai | {'error':{'type':'tokens','message':'Busy','code':'rate_limit_exceeded'}} | gemini | /error/code=429 /error/status=RESOURCE_EXHAUSTED",
                "openai | {'error':{'type':'invalid_request_error','message':'Busy','code':'invalid_api_key'}} | anthropic | /error/type=api_error",
            })
    void across_languages_an_error_has_the_nearest_words(
            String provider, String error, String client, String expected) {
        has(last(provider, error, client, provider), expected);
    }

    private static void has(JsonNode event, String expected) {
        for (String member : expected.split(" ")) {
            String[] parts = member.split("=");
            assertThat(event.at(parts[0]).asText()).as(event.toString()).isEqualTo(parts[1]);
        }
    }

    @Test
    void a_response_that_fails_is_a_failed_response_with_the_providers_code() {
        String head = "'id':'resp_1','object':'response','created_at':1,'model':'m','output':[]";
        languages.says(List.of(
                "event: response.created\ndata: {'type':'response.created','sequence_number':0,'response':{" + head
                        + ",'status':'in_progress'}}",
                "event: response.output_text.delta\ndata: {'type':'response.output_text.delta','sequence_number':1,"
                        + "'item_id':'i','output_index':0,'content_index':0,'delta':'Hi'}",
                "event: response.failed\ndata: {'type':'response.failed','sequence_number':2,'response':{" + head
                        + ",'status':'failed','error':{'code':'vector_store_timeout','message':'Key k-1 is busy'}}}"));
        List<JsonNode> read = languages.read("responses", "openai", true);
        JsonNode last = read.get(read.size() - 1);
        assertThat(last.path("type").asText()).as(last.toString()).isEqualTo("response.failed");
        assertThat(last.path("sequence_number").asInt()).isEqualTo(2);
        assertThat(last.at("/response/id").asText()).isEqualTo("resp_1");
        assertThat(last.at("/response/error/code").asText()).isEqualTo("vector_store_timeout");
        assertThat(last.at("/response/error/message").asText()).contains("is busy");
    }

    @Test
    void an_error_event_of_a_response_keeps_its_code() {
        languages.says(
                List.of(
                        "event: response.output_text.delta\ndata: {'type':'response.output_text.delta','sequence_number':0,"
                                + "'item_id':'i','output_index':0,'content_index':0,'delta':'Hi'}",
                        "event: error\ndata: {'type':'error','sequence_number':1,'code':'something_new','message':'Busy','param':null}"));
        List<JsonNode> read = languages.read("responses", "openai", true);
        has(read.get(read.size() - 1), "/type=error /code=something_new /sequence_number=1");
    }
}
