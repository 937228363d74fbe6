package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.ObjectMappers;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import dev.loom.gateway.provider.gemini.Vertex;
import dev.loom.gateway.provider.gemini.VertexTargets;
import dev.loom.gateway.provider.openai.OpenAi;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests for embeddings and answers to them, in the dialects that have any. */
class EmbeddingsTest {

    /** 1.5 and -2 as little-endian 32-bit floats. */
    private static final String BASE64 = "AADAPwAAAMA=";

    private static EmbeddingsRequest request(String members) throws InvalidRequest {
        return EmbeddingsRequest.parse(
                ("{'model':'m'," + members + "}").replace('\'', '"').getBytes(UTF_8));
    }

    private static byte[] bytes(String json) {
        return Json.bytes(VertexTargets.json(json));
    }

    private static JsonNode body(Completion completion) {
        return Json.lenient(completion.body());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            textBlock =
                    """
                    'input':'a'                           | 1
                    'input':['a','b']                     | 2
                    'input':[1,2,3]                       | 1
                    'input':[[1,2],[3]]                   | 2
                    'input':'a','encoding_format':null    | 1
                    """)
    void the_forms_of_input(String members, int inputs) throws InvalidRequest {
        assertThat(request(members).inputs()).hasSize(inputs);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            textBlock =
                    """
                    'x':1                                 | input
                    'input':[]                            | input
                    'input':[[]]                          | input
                    'input':['a',1]                       | input
                    'input':{'a':1}                       | input
                    'input':'a','encoding_format':'hex'   | encoding_format
                    'input':'a','dimensions':0            | dimensions
                    """)
    void what_is_wrong_is_named(String members, String param) {
        assertThatThrownBy(() -> request(members))
                .isInstanceOfSatisfying(
                        InvalidRequest.class, e -> assertThat(e.error().param()).isEqualTo(param));
    }

    @Test
    void a_model_that_is_no_text_is_named() {
        assertThatThrownBy(() -> EmbeddingsRequest.parse("{\"model\": 7, \"input\": \"a\"}".getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        InvalidRequest.class, e -> assertThat(e.error().param()).isEqualTo("model"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{} {}"})
    void what_is_no_object_is_refused(String body) {
        assertThatThrownBy(() -> EmbeddingsRequest.parse(body.getBytes(UTF_8))).isInstanceOf(InvalidRequest.class);
    }

    @Test
    void more_than_2048_inputs_are_refused() {
        String texts = String.join(",", Collections.nCopies(2049, "'a'"));
        assertThatThrownBy(() -> request("'input':[" + texts + "]")).hasMessageContaining("2048");
    }

    @Test
    void the_length_of_the_prompt_is_that_of_its_texts_or_four_bytes_a_token() throws InvalidRequest {
        assertThat(request("'input':['ab','é']").promptBytes()).isEqualTo(4);
        assertThat(request("'input':[[1,2],[3]]").promptBytes()).isEqualTo(12);
    }

    @Test
    void openai_is_asked_for_what_the_client_asked_for_under_its_own_name() throws InvalidRequest {
        UpstreamRequest sent =
                new OpenAi().encodeEmbeddings(request("'input':[1,2],'dimensions':8"), TestTargets.openAi("e-3"));
        assertThat(sent.url()).isEqualTo("https://up.example/v1/embeddings");
        assertThat(Json.lenient(sent.body()))
                .isEqualTo(VertexTargets.json("{'model':'e-3','input':[1,2],'dimensions':8}"));
    }

    @Test
    void numbers_become_base64_where_that_was_asked_for_and_back() throws Exception {
        byte[] numbers = bytes("{'data':[{'embedding':[1.5,-2]}]}");
        byte[] base64 = bytes("{'data':[{'embedding':'" + BASE64 + "'}]}");
        EmbeddingsRequest asksForBase64 = request("'input':'a','encoding_format':'base64'");
        EmbeddingsRequest asksForNumbers = request("'input':'a'");

        for (byte[] answer : List.of(numbers, base64)) {
            assertThat(openAi(answer, asksForBase64).at("/data/0/embedding").asText())
                    .isEqualTo(BASE64);
            assertThat(openAi(answer, asksForNumbers).at("/data/0/embedding").toString())
                    .matches("\\[1\\.5,-2(\\.0)?]");
        }
    }

    private static JsonNode openAi(byte[] answer, EmbeddingsRequest request) throws UnreadableAnswer {
        return body(new OpenAi().decodeEmbeddings(answer, request, TestTargets.openAi("m")));
    }

    @Test
    void an_answer_in_order_is_passed_on_byte_for_byte() throws Exception {
        byte[] answer =
                ("{ \"object\":\"list\", \"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.10]}],"
                                + "\"model\":\"e\",\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}")
                        .getBytes(UTF_8);
        Completion completion = new OpenAi().decodeEmbeddings(answer, request("'input':'a'"), TestTargets.openAi("m"));
        assertThat(completion.body()).isSameAs(answer);
        assertThat(completion.usage()).isEqualTo(new Usage(3, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'data':[]}",
                "{'data':[{'embedding':[1]},{'embedding':[2]}]}",
                "{'data':[{'embedding':['x']}]}",
                "{'data':[{'embedding':'AAA='}]}",
                "{'data':[{'embedding':'no base64'}]}",
                "{'data':[{'embedding':null}]}",
                "{'data':[7]}",
                "{'error':{'message':'no'}}"
            })
    void what_is_no_embedding_for_each_input_is_no_answer(String answer) {
        assertThatThrownBy(() -> openAi(bytes(answer), request("'input':'a'"))).isInstanceOf(UnreadableAnswer.class);
    }

    @Property(tries = 300)
    void whatever_comes_is_refused_or_taken_by_openais_checker(@ForAll @From("answers") String answer)
            throws Exception {
        for (Dialect dialect : List.of(new OpenAi(), new Vertex())) {
            try {
                byte[] body = dialect.decodeEmbeddings(
                                answer.getBytes(UTF_8),
                                request("'input':'a'"),
                                VertexTargets.target("gemini-embedding-001"))
                        .body();
                ObjectMappers.jsonMapper()
                        .readValue(body, CreateEmbeddingResponse.class)
                        .validate();
            } catch (UnreadableAnswer e) {
                assertThat(e.failure().error().message()).isNotBlank();
            }
        }
    }

    @Provide
    static Arbitrary<String> answers() {
        Arbitrary<String> any = new AnyJson().get();
        return Combinators.combine(
                        Arbitraries.of(
                                "%s",
                                "[%s]",
                                "{\"data\":[{\"embedding\":[1],\"index\":%s}],\"usage\":%s}",
                                "{\"data\":[{\"embedding\":%s,\"object\":%s}]}",
                                "{\"predictions\":[{\"embeddings\":{\"values\":%s,\"statistics\":%s}}]}",
                                "{\"embedding\":{\"values\":[1,%s]},\"usageMetadata\":{\"promptTokenCount\":%s}}"),
                        any,
                        any)
                .as(String::formatted);
    }

    private static List<String> vertexBodies(String model, String members) throws InvalidRequest {
        UpstreamRequest sent = new Vertex().encodeEmbeddings(request(members), VertexTargets.target(model));
        return Stream.concat(Stream.of(sent.body()), sent.more().stream())
                .map(body -> new String(body, UTF_8).replace('"', '\''))
                .toList();
    }

    @Test
    void vertex_takes_many_texts_at_once_where_the_model_does() throws InvalidRequest {
        assertThat(vertexBodies("text-embedding-005", "'input':['a','b'],'dimensions':8"))
                .containsExactly("{'instances':[{'content':'a'},{'content':'b'}],"
                        + "'parameters':{'autoTruncate':false,'outputDimensionality':8}}");
        String texts = String.join(",", Collections.nCopies(501, "'a'"));
        assertThat(vertexBodies("text-embedding-005", "'input':[" + texts + "]"))
                .hasSize(3);
    }

    @Test
    void gemini_is_asked_for_one_text_at_a_time() throws InvalidRequest {
        assertThat(vertexBodies("gemini-embedding-001", "'input':['a','b']"))
                .containsExactly(
                        "{'instances':[{'content':'a'}],'parameters':{'autoTruncate':false}}",
                        "{'instances':[{'content':'b'}],'parameters':{'autoTruncate':false}}");
        assertThat(vertexBodies("gemini-embedding-2", "'input':['a','b'],'dimensions':8"))
                .first()
                .isEqualTo("{'content':{'parts':[{'text':'a'}]},'embedContentConfig':{'outputDimensionality':8}}");
    }

    @Test
    void the_answers_to_several_calls_are_one_answer() throws Exception {
        Completion completion = new Vertex()
                .decodeEmbeddings(
                        bytes("[{'embedding':{'values':[1]},'usageMetadata':{'promptTokenCount':2}},"
                                + "{'predictions':[{'embeddings':{'values':[2],'statistics':{'token_count':3}}}]}]"),
                        request("'input':['a','b']"),
                        VertexTargets.target("gemini-embedding-001"));
        assertThat(body(completion))
                .isEqualTo(VertexTargets.json("{'object':'list','data':["
                        + "{'object':'embedding','index':0,'embedding':[1]},"
                        + "{'object':'embedding','index':1,'embedding':[2]}],"
                        + "'model':'gemini-embedding-001','usage':{'prompt_tokens':5,'total_tokens':5}}"));
        assertThat(completion.usage()).isEqualTo(new Usage(5, 0, 0));
    }

    @Test
    void vertex_takes_no_tokens_and_claude_embeds_nothing() {
        assertThatThrownBy(() -> vertexBodies("text-embedding-005", "'input':[1]"))
                .isInstanceOf(UnsupportedRequest.class)
                .hasMessageContaining("tokens");
        assertThatThrownBy(() -> vertexBodies("claude-sonnet-4-5", "'input':'a'"))
                .isInstanceOf(UnsupportedRequest.class);
    }
}
