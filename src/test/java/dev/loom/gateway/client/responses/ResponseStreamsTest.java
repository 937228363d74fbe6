package dev.loom.gateway.client.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.core.ObjectMappers;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseStreamEvent;
import dev.loom.gateway.client.AnyAnswer;
import dev.loom.gateway.client.Asked;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.RecordedHub;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Recording;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResponseStreamsTest {

    private static final ClientRequest REQUEST = Asked.read(
            new Responses(),
            Asked.raw("{'model':'m','stream':true,'input':'Hi','tools':["
                    + "{'type':'function','name':'tool_0','parameters':{'type':'object'},'strict':false}]}"));

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void however_a_stream_is_cut_it_tells_the_whole_response(int seed) throws JsonProcessingException {
        AnyAnswer any = new AnyAnswer(seed);
        ObjectNode completion = any.completion();
        JsonNode whole = Asked.answer(REQUEST, Json.bytes(completion));

        List<Asked.Event> events = Asked.events(REQUEST, any.chunks(completion));

        assertThat(ResponseRules.response(events)).isEqualTo(whole);
        assertThat(accumulated(events)).isEqualTo(parsed(whole));
    }

    /** As OpenAI's own SDK gathers it. */
    private static Response accumulated(List<Asked.Event> events) throws JsonProcessingException {
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        for (Asked.Event event : events) {
            accumulator.accumulate(ObjectMappers.jsonMapper()
                    .readValue(event.data(), ResponseStreamEvent.class)
                    .validate());
        }
        return accumulator.response().validate();
    }

    private static Response parsed(JsonNode response) throws JsonProcessingException {
        return ObjectMappers.jsonMapper()
                .readValue(response.toString(), Response.class)
                .validate();
    }

    private static byte[] chunk(String choice) {
        return Asked.quoted("{'id':'chatcmpl-1','created':7,'model':'m','choices':[{'index':0," + choice + "}]}")
                .getBytes(UTF_8);
    }

    @Test
    void sources_and_probabilities_of_a_text_are_told_as_they_come() throws JsonProcessingException {
        String source = "{'type':'url_citation','url_citation':{'start_index':0,'end_index':2,'title':'T','url':'u'}}";
        String token = "{'token':'Hi','logprob':-0.5,'bytes':[72,105],'top_logprobs':[]}";
        List<Asked.Event> events = Asked.events(
                REQUEST,
                List.of(
                        chunk("'delta':{'content':'Hi'},'logprobs':{'content':[" + token + "]},'finish_reason':null"),
                        chunk("'delta':{'annotations':[" + source + "]},'finish_reason':'stop'")));

        JsonNode part = ResponseRules.response(events).at("/output/0/content/0");

        accumulated(events);
        assertThat(part.path("logprobs")).isEqualTo(Asked.json("[" + token + "]"));
        assertThat(part.path("annotations"))
                .isEqualTo(Asked.json("[{'type':'url_citation','start_index':0,'end_index':2,'title':'T','url':'u'}]"));
        assertThat(events).extracting(Asked.Event::name).contains("response.output_text.annotation.added");
    }

    @Test
    void a_tool_that_takes_free_text_is_called_with_free_text() throws JsonProcessingException {
        ClientRequest request = Asked.read(
                new Responses(), Asked.raw("{'model':'m','input':'Hi','tools':[{'type':'custom','name':'sh'}]}"));
        String call = "{'index':0,'id':'c','function':{'name':'sh','arguments':'{\\'input\\': \\'ls\\\\n-l\\'}'}}";
        List<Asked.Event> events = Asked.events(
                request, List.of(chunk("'delta':{'tool_calls':[" + call + "]},'finish_reason':'tool_calls'")));

        JsonNode item = ResponseRules.response(events).at("/output/0");

        accumulated(events);
        assertThat(item)
                .isEqualTo(Asked.json("{'id':" + item.path("id")
                        + ",'type':'custom_tool_call','input':'ls\\n-l','call_id':'c',"
                        + "'name':'sh','status':'completed'}"));
    }

    @Test
    void the_service_tier_is_the_one_that_the_provider_told() {
        String completion = "{'id':'c','created':7,'model':'m','service_tier':'priority','choices':[{'index':0,"
                + "'message':{'content':'Hi'},'finish_reason':'stop'}]}";
        String chunk = completion.replace("'message'", "'delta'");

        JsonNode whole = Asked.answer(REQUEST, Asked.quoted(completion).getBytes(UTF_8));
        List<Asked.Event> events =
                Asked.events(REQUEST, List.of(Asked.quoted(chunk).getBytes(UTF_8)));

        assertThat(whole.path("service_tier").asText()).isEqualTo("priority");
        assertThat(ResponseRules.response(events).path("service_tier").asText()).isEqualTo("priority");
        assertThat(Asked.answer(
                                REQUEST,
                                Asked.quoted(completion.replace("'service_tier':'priority',", ""))
                                        .getBytes(UTF_8))
                        .path("service_tier")
                        .asText())
                .isEqualTo("default");
    }

    @Test
    void a_stream_that_breaks_ends_with_a_failed_response() {
        List<Asked.Event> events = Asked.events(REQUEST, stream -> {
            stream.chunk(chunk("'delta':{'content':'Hi'},'finish_reason':null"));
            stream.keepAlive();
            stream.failed(ApiError.server("Broke off", "provider_error"), "req-1");
        });

        Asked.Event last = events.get(events.size() - 1);
        assertThat(last.name()).isEqualTo("response.failed");
        assertThat(last.json().at("/response/status").asText()).isEqualTo("failed");
        assertThat(last.json().at("/response/error"))
                .isEqualTo(Asked.json("{'code':'server_error','message':'Broke off'}"));
        assertThat(events.get(events.size() - 2).data()).as("a comment").isEmpty();
    }

    @Test
    void a_stream_that_breaks_before_it_begins_is_an_error() {
        List<Asked.Event> events =
                Asked.events(REQUEST, stream -> stream.failed(ApiError.server("Broke off", "provider_error"), "req-1"));

        assertThat(events).hasSize(1);
        assertThat(events.get(0).json())
                .isEqualTo(Asked.json("{'type':'error','sequence_number':0,'code':'provider_error',"
                        + "'message':'Broke off','param':null,'error':{'message':'Broke off','type':'server_error',"
                        + "'param':null,'code':'provider_error'}}"));
    }

    static Stream<Recording> recordings() {
        return RecordedHub.answers();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    @EnabledIfSystemProperty(named = RecordedHub.FOLDER, matches = ".+", disabledReason = "Skipped: no recordings")
    void nothing_of_a_recorded_answer_is_lost(Recording recording) throws JsonProcessingException {
        JsonNode response;
        if (recording.isStream()) {
            List<Asked.Event> events = Asked.events(REQUEST, RecordedHub.chunks(recording));
            response = ResponseRules.response(events);
            accumulated(events);
        } else {
            response = Asked.answer(REQUEST, RecordedHub.completion(recording));
        }
        parsed(response);
        assertThat(ResponseReading.of(response))
                .usingRecursiveComparison()
                .ignoringExpectedNullFields()
                .ignoringFields("id")
                .isEqualTo(RecordedHub.said(recording));
    }
}
