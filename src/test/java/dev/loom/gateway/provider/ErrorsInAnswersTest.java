package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.dialects.Dialects;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Errors beside a 200, in whatever form a server or what stands before it writes them: every reader of answers takes them
 * for what they would be as an answer of their own.
 */
class ErrorsInAnswersTest {

    private static final String CHUNK =
            "{'id':'c','object':'chat.completion.chunk','created':1,'model':'m','choices':[%s]}";
    private static final String HI =
            CHUNK.formatted("{'index':0,'delta':{'role':'assistant','content':'Hi'},'finish_reason':null}");

    private static final Map<String, String> BEGINNINGS = Map.of(
            "openai",
            HI,
            "completions",
            "{'object':'text_completion','choices':[{'index':0,'text':'Hi','finish_reason':null}]}",
            "responses",
            "{'type':'response.output_text.delta','delta':'Hi'}",
            "anthropic",
            "{'type':'content_block_start','index':0,'content_block':{'type':'text','text':'Hi'}}",
            "gemini",
            "{'candidates':[{'content':{'parts':[{'text':'Hi'}]}}]}");

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static boolean isSurface(String language) {
        return language.equals("completions") || language.equals("responses");
    }

    private static Target target(String language) {
        return isSurface(language)
                ? TestTargets.serving(language)
                : TestTargets.target(language, "2024-10-21", Map.of(), "m");
    }

    private static Dialect dialect(String language) {
        return isSurface(language)
                ? Objects.requireNonNull(Dialects.of("openai").speaking(language, target(language)))
                : Dialects.of(language);
    }

    /** @param events with their lines */
    private static RecordingSink stream(String language, String... events) {
        ChunkDecoder decoder = dialect(language).stream(TestTargets.streaming(false), target(language));
        String stream = json(String.join("\n\n", events) + "\n\ndata: [DONE]\n\n");
        return RecordingSink.of(decoder, stream.getBytes(UTF_8));
    }

    private static Failure whole(String language, String body) {
        byte[] bytes = json(body).getBytes(UTF_8);
        return catchThrowableOfType(UnreadableAnswer.class, () -> dialect(language)
                        .decode(bytes, TestTargets.plain(), target(language)))
                .failure();
    }

    /** What each reader makes of it, by its name. */
    private static Map<String, Failure> readings(String body) throws Exception {
        Map<String, Failure> readings = new LinkedHashMap<>();
        BEGINNINGS.forEach((language, beginning) -> {
            readings.put(language + " whole", whole(language, body));
            readings.put(language + " first", stream(language, "data: " + body).failure);
            readings.put(language + " later", stream(language, "data: " + beginning, "data: " + body).failure);
            readings.put(language + " event", stream(language, "event: error\ndata: " + body).failure);
            String field = body.startsWith("{") ? "error: " : "data: "; // llama.cpp's
            readings.put(language + " field", stream(language, "data: " + beginning, field + body).failure);
        });
        for (String language : new String[] {"openai", "gemini"}) {
            EmbeddingsRequest request =
                    EmbeddingsRequest.parse(json("{'model':'m','input':'a'}").getBytes(UTF_8));
            readings.put(
                    language + " embeddings",
                    catchThrowableOfType(UnreadableAnswer.class, () -> Dialects.of(language)
                                    .decodeEmbeddings(json(body).getBytes(UTF_8), request, target(language)))
                            .failure());
        }
        return readings;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // vLLM and SGLang, of yesterday and today
                "{'object':'error','message':'boom','type':'BadRequestError','param':null,'code':400}     | 400 | CALLER_FAULT",
                "{'object':'error','message':'boom','type':'InternalServerError','param':null,'code':500} | 500 | TRANSIENT",
                "{'error':{'message':'boom','type':'BadRequestError','param':null,'code':400}}            | 400 | CALLER_FAULT",
                "{'object':'error','message':'boom','type':'TooManyRequests','code':429}                  | 429 | RATE_LIMITED",
                // text-generation-inference
                "{'error':{'message':'boom','http_status_code':422}}   | 422 | CALLER_FAULT",
                "{'error':'boom','error_type':'validation'}            | 422 | CALLER_FAULT",
                // LM Studio, Ollama, OpenRouter, llama.cpp
                "{'error':{'message':'boom'},'message':'boom'}         | 500 | TRANSIENT",
                "{'error':'boom'}                                      | 500 | TRANSIENT",
                "{'error':{'code':429,'message':'boom'}}               | 429 | RATE_LIMITED",
                "{'code':400,'message':'boom','type':'exceed_context_size_error','n_ctx':8} | 400 | CONTEXT_LENGTH",
                // what stands before a server: FastAPI, Nest, Spring, gateways
                "{'detail':'boom'}                                     | 500 | TRANSIENT",
                "{'detail':{'message':'boom','code':400}}              | 400 | CALLER_FAULT",
                "{'detail':[{'loc':['body'],'msg':'boom','type':'x'}]} | 500 | TRANSIENT",
                "{'statusCode':400,'message':'boom','error':'Bad Request'}     | 400 | CALLER_FAULT",
                "{'status':429,'message':'boom','error':'Too Many Requests'}   | 429 | RATE_LIMITED",
                "{'message':'boom'}                                    | 500 | TRANSIENT",
                "{'message':'boom','type':'error'}                     | 500 | TRANSIENT",
                "{'message':'boom','code':402}                         | 402 | QUOTA",
                "{'msg':'boom','code':400}                             | 400 | CALLER_FAULT",
                "{'error':500,'message':'boom'}                        | 500 | TRANSIENT",
                "{'error':400,'message':'boom'}                        | 400 | CALLER_FAULT",
                "{'error':true,'message':'boom'}                       | 500 | TRANSIENT",
                "{'error':true,'message':'boom','code':400}            | 400 | CALLER_FAULT",
                "{'error':['boom']}                                    | 500 | TRANSIENT",
                "{'error':'boom','code':400}                           | 400 | CALLER_FAULT",
                "{'error':{'message':'boom'},'status':400}             | 400 | CALLER_FAULT",
                "{'errors':[{'message':'boom','code':400}]}            | 400 | CALLER_FAULT",
                "{'success':false,'errors':['boom'],'result':null}     | 500 | TRANSIENT",
                "{'choices':null,'error_type':'x','error_message':'boom','code':429} | 429 | RATE_LIMITED",
                "{'object':'chat.completion.chunk','choices':[],'error_message':'boom','status':400} | 400 | CALLER_FAULT",
                "{'base_resp':{'status_code':1000,'status_msg':'boom'}} | 500 | TRANSIENT",
                "{'base_resp':{'status_code':1002,'status_msg':'boom'}} | 429 | RATE_LIMITED",
                "{'base_resp':{'status_code':1004,'status_msg':'boom'}} | 401 | CREDENTIAL",
                "{'base_resp':{'status_code':1008,'status_msg':'boom'}} | 402 | QUOTA",
                "{'base_resp':{'status_code':1026,'status_msg':'boom'},'choices':null} | 400 | CALLER_FAULT",
                "{'base_resp':{'status_code':1027,'status_msg':'boom'}} | 400 | CALLER_FAULT",
                "{'base_resp':{'status_code':2013,'status_msg':'boom'}} | 400 | CALLER_FAULT",
                "{'type':'about:blank','title':'x','status':400,'detail':'boom'} | 400 | CALLER_FAULT",
                "{'type':'InternalServerError','message':'boom'}         | 500 | TRANSIENT",
                "[{'error':{'code':503,'message':'boom','status':'UNAVAILABLE'}}]    | 503 | TRANSIENT",
                "{'type':'error','error':{'type':'overloaded_error','message':'boom'}} | 529 | TRANSIENT",
                "{'error':{'code':400,'message':'boom','status':'INVALID_ARGUMENT'}} | 400 | CALLER_FAULT",
            })
    void an_error_is_one_for_every_reader_and_means_what_it_would_as_an_answer_of_its_own(
            String body, int status, Outcome outcome) throws Exception {
        Failure own =
                Dialects.of("openai").classify(status, Headers.NONE, json(body).getBytes(UTF_8), Instant.EPOCH);
        assertThat(own.outcome()).isEqualTo(outcome);
        assertThat(own.error().message()).isEqualTo("boom");
        readings(body).forEach((reader, failure) -> {
            assertThat(failure).as(reader).isNotNull();
            assertThat(failure.error().message()).as(reader).isEqualTo("boom");
            assertThat(failure.outcome()).as(reader).isEqualTo(outcome);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "boom", "'boom'", "[]", "{'x':1}", "7"})
    void an_event_called_error_is_one_whatever_it_says(String data) {
        BEGINNINGS.forEach((language, beginning) -> assertThat(
                        stream(language, "data: " + beginning, "event: error\ndata: " + data).failure)
                .as(language)
                .isNotNull());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'error':null",
                "'error':''",
                "'error':{}",
                "'error':false",
                "'error':{'code':0,'message':''}",
                "'error':{'code':null,'type':'','param':[]}",
                "'x_groq':{'id':'r','error':null}",
                "'message':'Enjoy'",
                "'detail':'low'",
                "'errors':[],'code':0",
                "'base_resp':{'status_code':0,'status_msg':''}",
                "'error_message':null,'error_type':''",
                "'error_code':0,'error_msg':'success'",
            })
    void what_stands_beside_an_answer_is_no_error(String more) throws UnreadableAnswer {
        String end = CHUNK.formatted("{'index':0,'delta':{},'finish_reason':'stop'}");
        String usage = "{'choices':[],'usage':{'prompt_tokens':3,'completion_tokens':1,'total_tokens':4}," + more + "}";
        String prologue = "{'choices':[],'id':'','object':'','prompt_filter_results':[{'prompt_index':0}]}";
        RecordingSink sink = stream(
                "openai",
                ": OPENROUTER PROCESSING",
                "data: " + prologue,
                "data: " + with(HI, more),
                "data: " + with(end, more),
                "data: " + usage);
        assertThat(sink.failure).isNull();
        assertThat(sink.done).isTrue();
        assertThat(sink.chunks).hasSize(2);
        String whole = "{'choices':[{'index':0,'message':{'role':'assistant','content':'Hi'},'finish_reason':'stop'}]}";
        JsonNode answer = Json.lenient(dialect("openai")
                .decode(json(with(whole, more)).getBytes(UTF_8), TestTargets.plain(), target("openai"))
                .body());
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Hi");
    }

    private static String with(String object, String more) {
        return object.substring(0, object.length() - 1) + "," + more + "}";
    }

    @Test
    void a_chunk_that_has_an_error_beside_its_choices_is_one() {
        String chunk = "{'id':'c','object':'chat.completion.chunk','created':1,'model':'m','provider':'x','error':"
                + "{'code':502,'message':'boom'},'choices':[{'index':0,'delta':{'content':''},'finish_reason':'error'}]}";
        RecordingSink sink = stream("openai", "data: " + HI, "data: " + chunk);
        assertThat(sink.chunks).hasSize(1);
        assertThat(sink.message()).isEqualTo("boom");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'boom'", "{'message':'boom'}", "{'message':'boom','code':503}"})
    void groqs_note_that_it_has_stopped_the_stream_is_an_error(String error) {
        String chunk = CHUNK.formatted("{'index':0,'delta':{},'finish_reason':null}");
        String note = with(chunk, "'x_groq':{'id':'r','error':" + error + "}");
        RecordingSink sink = stream("openai", "data: " + HI, "data: " + note);
        assertThat(sink.chunks).hasSize(1);
        assertThat(sink.message()).isEqualTo("boom");
        assertThat(sink.outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    private static final Map<String, String> ENDS = Map.of(
            "openai",
            CHUNK.formatted("{'index':0,'delta':{},'finish_reason':'stop'}"),
            "completions",
            "{'object':'text_completion','choices':[{'index':0,'text':'','finish_reason':'stop'}]}",
            "responses",
            "{'type':'response.completed','response':{'output':[]}}",
            "anthropic",
            "{'type':'content_block_stop','index':0}\n\ndata: {'type':'message_delta','delta':{'stop_reason':'end_turn'},"
                    + "'usage':{'output_tokens':1}}\n\ndata: {'type':'message_stop'}",
            "gemini",
            "{'candidates':[{'content':{'parts':[{'text':'!'}]},'finishReason':'STOP'}]}");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {'type':'notice','message':'This model will be retired.'}",
                "data: {'type':'keepalive','detail':'x'}",
                "data: {'type':'progress','message':'searching','code':200}",
                "data: {'type':'x.errors_checked','msg':['none']}",
                "event: notice\ndata: {'type':'notice','message':'x'}",
                "event: notice\ndata: {'message':'x'}",
            })
    void an_event_of_an_unknown_kind_is_passed_over(String event) {
        BEGINNINGS.forEach((language, beginning) -> {
            ChunkDecoder decoder = dialect(language).stream(TestTargets.streaming(false), target(language));
            boolean closes = language.equals("openai") || language.equals("completions");
            String end = "data: " + ENDS.get(language) + (closes ? "\n\ndata: [DONE] " : "") + "\n\n";
            RecordingSink sink = RecordingSink.of(
                    decoder,
                    json("data: " + beginning + "\n\n" + event + "\n\ndata:\n\n".repeat(closes ? 1 : 0) + "\n\n" + end)
                            .getBytes(UTF_8));
            assertThat(sink.failure).as(language).isNull();
            assertThat(sink.done).as(language).isTrue();
        });
    }

    @Test
    void empty_data_of_a_completion_is_nothing_and_blanks_beside_the_end_are_none() {
        String hi = "data: " + BEGINNINGS.get("completions");
        for (String empty : new String[] {"data:", "data: ", "data:  "}) {
            RecordingSink sink = stream("completions", hi, empty, hi, "data: [DONE] ");
            assertThat(sink.failure).isNull();
            assertThat(sink.done).isTrue();
            assertThat(sink.chunks).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'x':1}", "{'choices':null}"})
    void json_that_is_no_chunk_is_tolerated_but_then_the_stream_has_to_say_how_it_ends(String event) {
        for (String language : new String[] {"openai", "completions"}) {
            String beginning = "data: " + BEGINNINGS.get(language);
            String end = beginning.replace("'finish_reason':null", "'finish_reason':'stop'");
            assertThat(stream(language, beginning, "data: " + event).outcome())
                    .as(language)
                    .isEqualTo(Outcome.TRANSIENT);
            assertThat(stream(language, beginning, "data: " + event, end).done)
                    .as(language)
                    .isTrue();
            assertThat(stream(language, beginning).done).as(language).isTrue();
        }
    }
}
