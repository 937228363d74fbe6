package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words in which providers say why an answer ended, whole and streamed, to clients of their own language and of others. */
class EndWordsTest {

    private static final Map<String, List<String>> PLACES = Map.of(
            "openai", List.of("/choices/0/finish_reason"),
            "anthropic", List.of("/stop_reason", "/delta/stop_reason"),
            "gemini", List.of("/candidates/0/finishReason"));

    private static TwoLanguages languages;

    @BeforeAll
    static void start() {
        languages = new TwoLanguages();
    }

    @AfterAll
    static void stop() {
        languages.close();
    }

    private static String chunk(String delta, String reason) {
        return "data: {'id':'c','object':'chat.completion.chunk','created':1,'model':'m','choices':[{'index':0,'delta':"
                + delta + ",'finish_reason':" + reason + "}]}";
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {'type':'" + type + "'," + members + "}";
    }

    /** A provider says "Hi", and then why it ended. */
    private static void ends(String provider, String word) {
        String message = "'id':'msg_1','type':'message','role':'assistant','model':'m','content':[%s],"
                + "'stop_reason':%s,'stop_sequence':null,'usage':{'input_tokens':5,'output_tokens':7}";
        String candidate =
                "{'candidates':[{'content':{'role':'model','parts':[{'text':'Hi'}]},'finishReason':'" + word + "'}]}";
        switch (provider) {
            case "openai" -> {
                languages.saysWhole(
                        "{'id':'c','object':'chat.completion','created':1,'model':'m','choices':[{'index':0,"
                                + "'message':{'role':'assistant','content':'Hi'},'finish_reason':'" + word + "'}]}");
                languages.says(List.of(
                        chunk("{'role':'assistant','content':'Hi'}", "null"),
                        chunk("{}", "'" + word + "'"),
                        "data: [DONE]"));
            }
            case "anthropic" -> {
                languages.saysWhole("{" + message.formatted("{'type':'text','text':'Hi'}", "'" + word + "'") + "}");
                languages.says(List.of(
                        event("message_start", "'message':{" + message.formatted("", "null") + "}"),
                        event("content_block_start", "'index':0,'content_block':{'type':'text','text':''}"),
                        event("content_block_delta", "'index':0,'delta':{'type':'text_delta','text':'Hi'}"),
                        event("content_block_stop", "'index':0"),
                        event("message_delta", "'delta':{'stop_reason':'" + word + "'},'usage':{'output_tokens':7}"),
                        event("message_stop", "'x':0")));
            }
            default -> {
                languages.saysWhole(candidate);
                languages.says(List.of("data: " + candidate));
            }
        }
    }

    /** The word that a client reads at the end. */
    private static String read(String client, String model, boolean stream) {
        List<JsonNode> answers = languages.read(client, model, stream);
        return answers.stream()
                .flatMap(answer -> PLACES.get(client).stream().map(answer::at))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .reduce((first, last) -> last)
                .orElse("none in " + answers);
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, pause_turn",
        "anthropic, model_context_window_exceeded",
        "anthropic, something_new",
        "gemini, LANGUAGE",
        "gemini, BLOCKLIST",
        "gemini, PROHIBITED_CONTENT",
        "gemini, SPII",
        "gemini, IMAGE_SAFETY",
        "gemini, OTHER",
        "gemini, SOMETHING_NEW",
    })
    void within_one_language_a_word_passes_also_where_the_answer_is_translated(String language, String word) {
        ends(language, word);
        for (boolean stream : new boolean[] {false, true}) {
            assertThat(read(language, language, stream)).isEqualTo(word);
            assertThat(read(language, language + "-ruled", stream)).isEqualTo(word);
        }
    }

    /** Some of OpenAI's own clients throw at any other word, the one for .NET for example. */
    @ParameterizedTest
    @CsvSource({
        "insufficient_system_resource, length",
        "blocklist, content_filter",
        "malformed_function_call, stop",
        "something_new, stop"
    })
    void clients_of_chat_completions_read_a_word_of_openais_and_beside_it_the_servers(String word, String expected) {
        ends("openai", word);
        for (boolean stream : new boolean[] {false, true}) {
            assertThat(read("openai", "openai", stream)).isEqualTo(expected);
            assertThat(languages.read("openai", "openai", stream))
                    .anyMatch(answer -> answer.at("/choices/0/provider_finish_reason/openai")
                            .asText()
                            .equals(word));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"})
    void geminis_clients_read_that_its_model_failed_after_it_had_said_something(String word) {
        ends("gemini", word);
        for (boolean stream : new boolean[] {false, true}) {
            assertThat(read("gemini", "gemini", stream)).isEqualTo(word);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "openai, eos, anthropic, end_turn",
        "openai, eos, gemini, STOP",
        "openai, insufficient_system_resource, anthropic, max_tokens",
        "openai, insufficient_system_resource, gemini, MAX_TOKENS",
        "openai, blocklist, anthropic, refusal",
        "openai, blocklist, gemini, SAFETY",
        "openai, malformed_function_call, anthropic, end_turn",
        "openai, malformed_function_call, gemini, MALFORMED_FUNCTION_CALL",
        "openai, something_new, anthropic, end_turn",
        "openai, something_new, gemini, STOP",
        "anthropic, pause_turn, openai, stop",
        "anthropic, pause_turn, gemini, STOP",
        "anthropic, model_context_window_exceeded, openai, length",
        "anthropic, model_context_window_exceeded, gemini, MAX_TOKENS",
        "anthropic, something_new, openai, stop",
        "anthropic, something_new, gemini, STOP",
        "gemini, BLOCKLIST, openai, content_filter",
        "gemini, BLOCKLIST, anthropic, refusal",
        "gemini, SOMETHING_NEW, openai, stop",
        "gemini, SOMETHING_NEW, anthropic, end_turn",
    })
    void across_languages_a_word_has_its_nearest_meaning(String provider, String word, String client, String expected) {
        ends(provider, word);
        for (boolean stream : new boolean[] {false, true}) {
            assertThat(read(client, provider, stream)).isEqualTo(expected);
        }
    }
}
