package dev.loom.gateway.client.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.core.ObjectMappers;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

class MessageStreamsTest {

    private static final ClientRequest REQUEST = Asked.read(
            new Messages(),
            Asked.raw("{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','content':'Hi'}]}"));

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void however_a_stream_is_cut_it_tells_the_whole_message(int seed) throws JsonProcessingException {
        AnyAnswer any = new AnyAnswer(seed);
        ObjectNode completion = any.completion();
        JsonNode whole = Asked.answer(REQUEST, Json.bytes(completion));

        List<Asked.Event> events = Asked.events(REQUEST, any.chunks(completion));

        assertThat(MessageRules.message(events)).isEqualTo(whole);
        assertThat(accumulated(events).validate())
                .isEqualTo(ObjectMappers.jsonMapper().readValue(whole.toString(), Message.class));
    }

    @Test
    void the_stop_sequence_is_told_where_the_provider_told_it() {
        String chunk = "{'id':'c','created':7,'model':'m','choices':[{'index':0,'delta':{'content':'Hi'},"
                + "'finish_reason':'stop','stop_reason':'END'}]}";
        List<Asked.Event> events =
                Asked.events(REQUEST, List.of(Asked.quoted(chunk).getBytes(UTF_8)));
        assertThat(MessageRules.message(events).path("stop_reason").asText()).isEqualTo("stop_sequence");
        assertThat(MessageRules.message(events).path("stop_sequence").asText()).isEqualTo("END");
    }

    /** As Anthropic's own SDK gathers it. */
    private static Message accumulated(List<Asked.Event> events) throws JsonProcessingException {
        MessageAccumulator accumulator = MessageAccumulator.create();
        for (Asked.Event event : events) {
            accumulator.accumulate(ObjectMappers.jsonMapper()
                    .readValue(event.data(), RawMessageStreamEvent.class)
                    .validate());
        }
        return accumulator.message();
    }

    @Test
    void calls_whose_arguments_come_mixed_are_told_one_after_another() {
        List<byte[]> chunks = Stream.of(
                        "{'index':0,'id':'a','function':{'name':'f','arguments':'{\\'x\\':'}}",
                        "{'index':1,'id':'b','function':{'name':'g','arguments':'{\\'y\\':'}}",
                        "{'index':0,'function':{'arguments':'1}'}}",
                        "{'index':1,'function':{'arguments':'2}'}}")
                .map(entry -> "{'choices':[{'index':0,'delta':{'tool_calls':[" + entry + "]},'finish_reason':null}]}")
                .map(chunk -> Asked.quoted(chunk).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toList();

        JsonNode content = MessageRules.message(Asked.events(REQUEST, chunks)).path("content");

        assertThat(content.at("/0/input/x").asInt()).isEqualTo(1);
        assertThat(content.at("/1/input/y").asInt()).isEqualTo(2);
    }

    @Test
    void a_sign_of_life_is_a_ping_once_the_message_has_begun() {
        AnyAnswer any = new AnyAnswer(1);
        List<Asked.Event> events = Asked.events(REQUEST, stream -> {
            stream.keepAlive();
            any.chunks(any.completion()).forEach(stream::chunk);
            stream.keepAlive();
            stream.done();
        });

        assertThat(events.get(0).data()).isEmpty();
        assertThat(events).filteredOn(event -> "ping".equals(event.name())).hasSize(1);
    }

    @Test
    void a_stream_that_breaks_ends_with_an_error_in_anthropics_shape() {
        List<Asked.Event> events = Asked.events(
                REQUEST,
                stream -> stream.failed(
                        ApiError.server("The connection to the provider broke in mid-stream", "provider_error"),
                        "req-1"));

        assertThat(events).hasSize(1);
        assertThat(events.get(0).name()).isEqualTo("error");
        assertThat(events.get(0).json())
                .isEqualTo(Asked.json("{'type':'error','error':{'type':'api_error','message':"
                        + "'The connection to the provider broke in mid-stream'},'request_id':'req-1'}"));
    }

    @Test
    void an_estimate_stands_in_for_usage_that_the_provider_does_not_report() {
        AnyAnswer any = new AnyAnswer(3);
        ObjectNode completion = any.completion();
        completion.remove("usage");
        assertThat(Asked.answer(REQUEST, Json.bytes(completion))
                        .at("/usage/input_tokens")
                        .asInt())
                .isPositive();
    }

    static Stream<Recording> recordings() {
        return RecordedHub.answers();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    @EnabledIfSystemProperty(named = RecordedHub.FOLDER, matches = ".+", disabledReason = "Skipped: no recordings")
    void nothing_of_a_recorded_answer_is_lost(Recording recording) throws JsonProcessingException {
        ObjectNode message;
        if (recording.isStream()) {
            List<Asked.Event> events = Asked.events(REQUEST, RecordedHub.chunks(recording));
            message = MessageRules.message(events);
            accumulated(events).validate();
        } else {
            message = (ObjectNode) Asked.answer(REQUEST, RecordedHub.completion(recording));
        }
        ObjectMappers.jsonMapper().readValue(message.toString(), Message.class).validate();
        assertThat(MessageReading.of(message))
                .usingRecursiveComparison()
                .ignoringExpectedNullFields()
                .ignoringFields("id", "created")
                .isEqualTo(RecordedHub.said(recording));
    }
}
