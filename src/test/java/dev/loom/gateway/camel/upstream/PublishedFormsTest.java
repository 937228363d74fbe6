package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AnyAnswer;
import dev.loom.gateway.client.Asked;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.completions.Completions;
import dev.loom.gateway.client.responses.Responses;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.ProviderKind;
import dev.loom.gateway.testing.PublishedForms;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What clients of OpenAI's API get where another provider answers, against the forms that OpenAI publishes: always
 * against our table of them, and against its own OpenAPI file where -Dloom.openai.spec=file names it.
 */
class PublishedFormsTest {

    private static final String FILE = "loom.openai.spec";
    private static final String SKIPPED = "Skipped: name OpenAI's OpenAPI file with -Dloom.openai.spec=<file>";

    private static final String TOOL = "'parameters':{'type':'object','properties':{'city':{'type':'string'}}}";
    private static final String CHAT = "{'model':'M','stream':S,'messages':[{'role':'user','content':'hi'}],"
            + "'stream_options':{'include_usage':true},MORE}";
    private static final String CHAT_TOOLS = "'tools':[{'type':'function','function':{'name':'weather'," + TOOL + "}}]";
    private static final String RESPONSE = "{'model':'M','stream':S,'input':'hi',MORE}";
    private static final String SHELL = "{'type':'custom','name':'sh'}";
    private static final String TOOLS = "'tools':[{'type':'function','name':'weather'," + TOOL
            + "},{'type':'function','name':'now'}," + SHELL + "],'reasoning':{'effort':'low'}";
    private static final String FORMAT = "'format':{'type':'json_schema','name':'n','schema':{'type':'object',"
            + "'properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':false},'strict':true}";
    private static final String COMPLETION =
            "{'model':'M','stream':S,'prompt':'hi','stream_options':{'include_usage':true}}";

    /** What providers say; the last two ask for more than they get. */
    private static final List<Said> SAYINGS = List.of(
            Said.text("Hello", "stop"),
            Said.text("Once upon", "length"),
            Said.text("I cannot.", "refusal"),
            Said.thinking("Let me see.", "Hello"),
            Said.calls(new Said.Call("call_1", "weather", "{\"city\":\"Oslo\"}"), new Said.Call("call_2", "now", "{}")),
            Said.calls(new Said.Call("call_3", "sh", "{\"input\":\"ls\"}")));

    /** An answer, or an event of one. */
    private record Seen(String where, String form, JsonNode json) {}

    private static final List<Seen> SEEN = new ArrayList<>();
    private static PublishedForms table;
    private static volatile Said said;
    private static volatile String trouble = "";
    private static TestGateway gateway;

    @BeforeAll
    static void ask() throws IOException {
        table = PublishedForms.table();
        try (FakeProvider upstream = new FakeProvider(PublishedFormsTest::serve);
                TestGateway started = TestGateway.start(config(upstream.port()))) {
            gateway = started;
            for (ProviderKind kind : ProviderKind.values()) {
                askFor(kind.provider("chat"), kind.type.equals("openai") || kind.type.equals("azure"));
                if (kind.hasEmbeddings()) {
                    String body = "{'model':'" + kind.provider("embeddings") + "','input':['a','b']}";
                    see(kind + " embeddings", "CreateEmbeddingResponse", post("/v1/embeddings", body));
                }
            }
            askFor("simulated", false);
            askAboutModels();
        }
        for (int seed = 0; seed < 100; seed++) {
            AnyAnswer any = new AnyAnswer(seed);
            ObjectNode hub = any.completion();
            write("seed " + seed, hub, any.chunks(hub));
        }
        writeRareThings();
    }

    private static String config(int port) {
        StringBuilder providers = new StringBuilder("providers:\n");
        StringBuilder models = new StringBuilder("model_mapping:\n");
        for (ProviderKind kind : ProviderKind.values()) {
            for (String purpose : List.of("chat", "embeddings")) {
                providers.append(kind.config(purpose, port));
                models.append(kind.mapping(purpose));
            }
        }
        return providers + "  - {name: simulated, type: simulator, models: [simulated]}\n" + models
                + "routing: {failover: {max_retries: 0}}\n";
    }

    private static void serve(FakeProvider.Call call) throws IOException {
        String name = call.request().path().split("/")[1];
        String kind = name.substring(0, name.lastIndexOf('-'));
        var voice = ProviderKind.valueOf(kind.replace('-', '_').toUpperCase(Locale.ROOT)).voice;
        String body = call.request().body();
        boolean stream = call.request().path().contains("streamGenerateContent")
                || json(body).path("stream").asBoolean();
        if (trouble.equals("refused")) {
            call.json(400, voice.error(400, "No."));
        } else if (name.endsWith("-embeddings")) {
            call.json(200, voice.embeddings());
        } else if (!stream) {
            call.json(200, voice.answer(said));
        } else {
            call.startStream();
            List<String> events = voice.events(said);
            for (String event : trouble.equals("cut") ? events.subList(0, (events.size() + 1) / 2) : events) {
                call.write(event);
            }
            if (trouble.equals("cut")) {
                call.cut();
            } else {
                call.endStream();
            }
        }
    }

    /** @param asHub true where its chat is the hub's own, which is passed on as it is */
    private static void askFor(String model, boolean asHub) {
        for (Said next : SAYINGS) {
            said = next;
            trouble = "";
            askEvery(model + " " + next, model, asHub);
        }
        said = SAYINGS.get(3);
        for (String next : model.equals("simulated") ? List.<String>of() : List.of("refused", "cut")) {
            trouble = next;
            askEvery(model + " " + next, model, asHub);
        }
        trouble = "";
    }

    private static void askEvery(String where, String model, boolean asHub) {
        for (String stream : List.of("false", "true")) {
            for (String more :
                    List.of(TOOLS, "'text':{" + FORMAT + "},'instructions':'Be brief.'", "'max_output_tokens':9")) {
                response(where + " responses", post("/v1/responses", filled(RESPONSE, model, stream, more)));
            }
            String format = "'response_format':{'type':'json_schema','json_schema':"
                    + FORMAT.replace("'format':{'type':'json_schema',", "{") + "}";
            for (String more : asHub ? List.<String>of() : List.of(CHAT_TOOLS, format, "'max_tokens':9")) {
                chat(where + " chat", post("/v1/chat/completions", filled(CHAT, model, stream, more)));
            }
            completion(where + " completions", post("/v1/completions", filled(COMPLETION, model, stream, "")));
        }
    }

    private static String filled(String body, String model, String stream, String more) {
        return body.replace("'M'", "'" + model + "'")
                .replace(":S", ":" + stream)
                .replace("MORE", more);
    }

    private static HttpResponse<String> post(String path, String body) {
        return gateway.send(Http.post(gateway.url() + path, body.replace('\'', '"')));
    }

    private static void response(String where, HttpResponse<String> answer) {
        if (isWhole(answer)) {
            see(where, "Response", answer);
            if (answer.statusCode() == 200) {
                String path = "/v1/responses/" + json(answer.body()).path("id").asText();
                see(where + " again", "Response", gateway.get(gateway.url() + path));
                see(where + " input", "ResponseItemList", gateway.get(gateway.url() + path + "/input_items"));
            }
            return;
        }
        for (JsonNode event : events(answer.body())) {
            SEEN.add(new Seen(where + " streamed", table.ofEvent(event), event));
        }
    }

    private static void chat(String where, HttpResponse<String> answer) {
        if (isWhole(answer)) {
            see(where, "CreateChatCompletionResponse", answer);
        } else {
            chunks(where, "CreateChatCompletionStreamResponse", answer.body());
        }
    }

    private static void completion(String where, HttpResponse<String> answer) {
        if (isWhole(answer)) {
            see(where, "CreateCompletionResponse", answer);
        } else {
            chunks(where, "CreateCompletionResponse", answer.body());
        }
    }

    private static boolean isWhole(HttpResponse<String> answer) {
        return !answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    }

    private static void see(String where, String form, HttpResponse<String> answer) {
        boolean refused = where.startsWith("no") || trouble.equals("refused");
        assertThat(answer.statusCode() == 200).as(where + ": " + answer.body()).isNotEqualTo(refused);
        String its = refused ? "ErrorResponse" : form;
        SEEN.add(new Seen(where, its, json(answer.body())));
    }

    /** An error within a stream is the object that an answer of its own would be. */
    private static void chunks(String where, String form, String stream) {
        for (JsonNode chunk : events(stream)) {
            SEEN.add(new Seen(where + " streamed", chunk.has("error") ? "ErrorResponse" : form, chunk));
        }
    }

    private static List<JsonNode> events(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> json(line.substring("data: ".length())))
                .toList();
    }

    private static JsonNode json(String text) {
        return Json.lenient(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void askAboutModels() {
        see("models", "ListModelsResponse", gateway.get(gateway.url() + "/v1/models"));
        see("model", "Model", gateway.get(gateway.url() + "/v1/models/simulated"));
        see("no such model", "Model", gateway.get(gateway.url() + "/v1/models/none"));
        see("no such path", "Model", gateway.get(gateway.url() + "/v1/none"));
        see("not JSON", "Response", post("/v1/responses", "{"));
        see("no such response", "Response", gateway.get(gateway.url() + "/v1/responses/resp_1"));
        String body = "{'model':'simulated','input':'hi'}";
        String items =
                "{'model':'simulated','input':[{'role':'user','content':'hi'},{'role':'assistant','content':'ho'},"
                        + "{'role':'user','content':[{'type':'input_text','text':'a'},{'type':'input_image','image_url':"
                        + "'data:image/png;base64,AAAA'}]},{'type':'function_call','call_id':'c','name':'f','arguments':'{}'},"
                        + "{'type':'function_call_output','call_id':'c','output':'1'}]}";
        response("items", post("/v1/responses", items));
        see("tokens", "TokenCountsResource", post("/v1/responses/input_tokens", body));
    }

    private static void write(String where, JsonNode hub, List<byte[]> chunks) {
        ClientRequest response =
                Asked.read(new Responses(), Asked.raw("{'model':'m','input':'hi','tools':[" + SHELL + "]}"));
        SEEN.add(new Seen(where, "Response", Asked.answer(response, Json.bytes(hub))));
        seeEvents(where, Asked.events(response, chunks));
        ClientRequest text = Asked.read(new Completions(), Asked.raw("{'model':'m','prompt':'hi'}"));
        SEEN.add(new Seen(where, "CreateCompletionResponse", Asked.answer(text, Json.bytes(hub))));
    }

    private static void seeEvents(String where, List<Asked.Event> events) {
        for (Asked.Event event : events) {
            SEEN.add(new Seen(where, table.ofEvent(event.json()), event.json()));
        }
    }

    /** Of a source and of probabilities the hub has less than a response must have. */
    private static void writeRareThings() {
        String head = "{'id':'c','created':1,'model':'m','choices':[{'index':0,'finish_reason':'length','logprobs':"
                + "{'refusal':null,'content':[{'token':'a','logprob':-1,'bytes':null,'top_logprobs':"
                + "[{'token':'b','logprob':-2,'bytes':null}]},{'token':'c','logprob':-3}]},'WHERE':{'role':'assistant',"
                + "'content':'ac','annotations':[{'type':'url_citation','url_citation':{'url':'http://a/'}}],"
                + "'images':[{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}}]}}]}";
        byte[] chunk = Json.bytes(Asked.json(head.replace("WHERE", "delta")));
        write("rare", Asked.json(head.replace("WHERE", "message")), List.of(chunk));
        ClientRequest response = Asked.read(new Responses(), Asked.raw("{'model':'m','input':'hi'}"));
        ApiError error = ApiError.server("No.", "provider_error");
        seeEvents("broken", Asked.events(response, stream -> stream.failed(error, "req-1")));
    }

    /** The published file has no chunks of completions: there a choice has a reason to finish when it finishes. */
    private static JsonNode finished(Seen seen) {
        JsonNode json = seen.json.deepCopy();
        if (seen.form.equals("CreateCompletionResponse") && seen.where.endsWith(" streamed")) {
            json.path("choices").forEach(choice -> {
                if (choice.path("finish_reason").isNull()) {
                    ((ObjectNode) choice).put("finish_reason", "stop");
                }
            });
        }
        return json;
    }

    /** Each kind of problem once. */
    private static Collection<String> problems(PublishedForms forms) {
        Map<String, String> problems = new TreeMap<>();
        for (Seen seen : SEEN) {
            for (String problem : forms.problems(seen.form, finished(seen))) {
                String kind = seen.form + " " + problem;
                problems.putIfAbsent(
                        kind.replaceAll("\\[\\d+]", "[]"), kind + "\n    " + seen.where + ": " + seen.json);
            }
        }
        return problems.values();
    }

    @Test
    void every_answer_has_the_form_that_the_table_says() {
        assertThat(problems(table)).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = FILE, matches = ".+", disabledReason = SKIPPED)
    void every_answer_has_the_form_that_openai_publishes() throws IOException {
        assertThat(problems(PublishedForms.file(System.getProperty(FILE)))).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = FILE, matches = ".+", disabledReason = SKIPPED)
    void the_table_has_the_fields_that_openai_requires() throws IOException {
        PublishedForms published = PublishedForms.file(System.getProperty(FILE));
        for (String name : table.names()) {
            assertThat(table.required(name)).as(name).isEqualTo(published.required(name));
        }
    }

    @Test
    void every_form_of_an_event_was_seen() {
        assertThat(table.names().stream().filter(name -> name.matches("Response\\w+Event")))
                .isSubsetOf(SEEN.stream().map(Seen::form).collect(Collectors.toSet()));
    }
}
