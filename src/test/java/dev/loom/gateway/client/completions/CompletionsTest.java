package dev.loom.gateway.client.completions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.core.ObjectMappers;
import com.openai.models.completions.Completion;
import dev.loom.gateway.client.AnyAnswer;
import dev.loom.gateway.client.Asked;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.RecordedHub;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Answer;
import dev.loom.gateway.testing.Recording;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CompletionsTest {

    private static final Completions SURFACE = new Completions();

    private static ClientRequest asking(String fields) {
        return Asked.read(SURFACE, Asked.raw("{'model':'m'," + fields + "}"));
    }

    @ParameterizedTest
    @CsvSource(
            value = {"'Once'", "['Once']"},
            quoteCharacter = '`',
            delimiter = '|')
    void the_prompt_is_what_the_user_says(String prompt) {
        assertThat(Asked.hub(
                        asking("'prompt':" + prompt + ",'max_tokens':5,'temperature':0.5,'stop':['x'],'n':2,'seed':1")))
                .isEqualTo(
                        Asked.json("{'model':'m','messages':[{'role':'user','content':'Once'}],'temperature':0.5,'n':2,"
                                + "'stop':['x'],'seed':1,'max_completion_tokens':5}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'prompt':[1,2] | prompt | tokens",
                "'prompt':[[1,2]] | prompt | tokens",
                "'prompt':['a','b'] | prompt | several texts",
                "'prompt':'a','suffix':'z' | suffix | inserted",
                "'prompt':'a','best_of':3 | best_of | best",
                "'prompt':'a','echo':true,'logprobs':1 | logprobs | prompt",
                "'prompt':'a','max_tokens':0 | max_tokens | look"
            },
            quoteCharacter = '`')
    void what_a_chat_cannot_do_is_named(String fields, String place, String why) {
        ClientRequest request = asking(fields);
        assertThat(request.unsaid()).isNotNull();
        assertThat(request.unsaid().error().param()).isEqualTo(place);
        assertThat(request.unsaid().error().message())
                .startsWith("'" + place + "'")
                .contains(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'prompt':'x'} | model",
                "{'model':'m'} | prompt",
                "{'model':'m','prompt':[]} | prompt",
                "{'model':'m','prompt':'x','max_tokens':-1} | max_tokens",
                "{'model':'m','prompt':'x','logprobs':true} | logprobs"
            },
            quoteCharacter = '`')
    void an_error_names_the_field_as_the_client_calls_it(String body, String place) {
        assertThat(Asked.error(SURFACE, Asked.raw(body)).param()).isEqualTo(place);
    }

    private static final String TOKENS =
            "{'content':[{'token':'Hi','logprob':-0.5,'top_logprobs':[{'token':'Hi','logprob':-0.5},{'token':'Ho','logprob':-1.5}]},"
                    + "{'token':'!','logprob':-0.25,'top_logprobs':[]}]}";

    @Test
    void an_answer_is_a_text_with_the_probabilities_of_its_tokens() throws JsonProcessingException {
        String completion =
                "{'id':'chatcmpl-1','created':7,'model':'m','choices':[{'index':0,'message':{'content':'Hi!'},"
                        + "'logprobs':" + TOKENS
                        + ",'finish_reason':'stop'}],'usage':{'prompt_tokens':1,'completion_tokens':2,'total_tokens':3}}";
        JsonNode answer = Asked.answer(
                asking("'prompt':'x','logprobs':2"), Asked.quoted(completion).getBytes(UTF_8));
        assertThat(answer)
                .isEqualTo(Asked.json(
                        "{'id':'cmpl-1','object':'text_completion','created':7,'model':'m','choices':[{'index':0,"
                                + "'text':'Hi!','logprobs':{'tokens':['Hi','!'],'token_logprobs':[-0.5,-0.25],'top_logprobs':"
                                + "[{'Hi':-0.5,'Ho':-1.5},{}],'text_offset':[0,2]},'finish_reason':'stop'}],"
                                + "'usage':{'prompt_tokens':1,'completion_tokens':2,'total_tokens':3}}"));
        ObjectMappers.jsonMapper()
                .readValue(answer.toString(), Completion.class)
                .validate();
    }

    @Test
    void a_prompt_that_is_wanted_back_stands_once_before_each_text() {
        ClientRequest request = asking("'prompt':'Once','echo':true,'stream':true");
        AnyAnswer any = new AnyAnswer(5);
        ObjectNode completion = any.completion();
        ((ObjectNode) completion.at("/choices/0/message")).put("content", " upon");

        assertThat(Asked.answer(request, Json.bytes(completion))
                        .at("/choices/0/text")
                        .asText())
                .startsWith("Once upon");
        assertThat(text(Asked.events(request, any.chunks(completion)))).startsWith("Once upon");
    }

    private static String text(List<Asked.Event> events) {
        StringBuilder text = new StringBuilder();
        events.stream()
                .filter(event -> !event.data().equals("[DONE]"))
                .forEach(event -> text.append(event.json().at("/choices/0/text").asText("")));
        return text.toString();
    }

    static IntStream seeds() {
        return IntStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void however_a_stream_is_cut_it_tells_the_whole_text(int seed) {
        ClientRequest request = asking("'prompt':'x','stream':true");
        AnyAnswer any = new AnyAnswer(seed);
        ObjectNode completion = any.completion();

        List<Asked.Event> events = Asked.events(request, any.chunks(completion));

        assertThat(text(events))
                .isEqualTo(Asked.answer(request, Json.bytes(completion))
                        .at("/choices/0/text")
                        .asText());
        assertThat(events.get(events.size() - 1).data()).isEqualTo("[DONE]");
        assertThat(events).noneMatch(event -> event.data().contains("\"usage\""));
    }

    @Test
    void usage_ends_a_stream_whose_client_asked_for_it() {
        ClientRequest request = asking("'prompt':'x','stream':true,'stream_options':{'include_usage':true}");
        AnyAnswer any = new AnyAnswer(5);
        List<Asked.Event> events = Asked.events(request, any.chunks(any.completion()));
        assertThat(events.get(events.size() - 2)
                        .json()
                        .path("usage")
                        .path("total_tokens")
                        .asInt())
                .isPositive();
    }

    static Stream<Recording> recordings() {
        return RecordedHub.answers();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    @EnabledIfSystemProperty(named = RecordedHub.FOLDER, matches = ".+", disabledReason = "Skipped: no recordings")
    void the_text_of_a_recorded_answer_is_kept(Recording recording) {
        ClientRequest request = asking("'prompt':'x','stream':true");
        String text = recording.isStream()
                ? text(Asked.events(request, RecordedHub.chunks(recording)))
                : Asked.answer(request, RecordedHub.completion(recording))
                        .at("/choices/0/text")
                        .asText();
        Answer said = RecordedHub.said(recording);
        assertThat(text).isEqualTo(said.content() + said.refusal());
    }
}
