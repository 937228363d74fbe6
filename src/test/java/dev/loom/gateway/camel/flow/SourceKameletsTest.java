package dev.loom.gateway.camel.flow;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.loom.gateway.camel.ChatFailed;
import dev.loom.gateway.testing.PlainCamel;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code llm-gateway-source} and {@code llm-simulator-source} in a Camel that has no gateway, seen by OpenAI's SDK. Long by its answers. */
class SourceKameletsTest {

    private static final String TOOL_CALL =
            "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{\"id\":\"call_1\","
                    + "\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]}}],"
                    + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}";

    private static final List<Map<String, Object>> SEEN = new CopyOnWriteArrayList<>();
    private static final List<String> SIMULATED = new CopyOnWriteArrayList<>();
    private static PlainCamel camel;

    @BeforeAll
    static void start() throws Exception {
        camel = new PlainCamel(Map.of("camel.kamelet.llm-gateway-source.keyed.apiKey", "sk-of-the-flow")).start();
        camel.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("kamelet:llm-gateway-source?path=/echo/v1&model=echo")
                        .process(exchange ->
                                SEEN.add(Map.copyOf(exchange.getMessage().getHeaders())))
                        .setHeader("X-Internal", constant("secret"))
                        .setBody(simple("You said: ${body}"));
                from("kamelet:llm-gateway-source?path=/tools/v1&body=request")
                        .setBody(exchange ->
                                exchange.getMessage().getBody(String.class).contains("messages")
                                        ? TOOL_CALL
                                        : "no request");
                from("kamelet:llm-gateway-source/keyed?path=/keyed/v1").setBody(constant("welcome"));
                from("kamelet:llm-gateway-source?path=/failing/v1")
                        .errorHandler(noErrorHandler())
                        .process(SourceKameletsTest::fail);
                from("kamelet:llm-simulator-source?latency=0ms&tokensPerSecond=100000")
                        .process(exchange -> SIMULATED.add(exchange.getMessage().getBody(String.class)));
                from("kamelet:llm-simulator-source?path=/limited/v1&latency=0ms&failureRate=1&failureStatus=429&retryAfter=7s")
                        .to("log:limited?level=DEBUG");
                from("kamelet:llm-simulator-source?path=/breaking/v1&latency=0ms&tokensPerSecond=100000&breakAfterTokens=3")
                        .to("log:breaking?level=DEBUG");
            }
        });
    }

    @AfterAll
    static void stop() {
        camel.close();
    }

    private static void fail(Exchange exchange) throws Exception {
        if (exchange.getMessage().getBody(String.class).equals("too much")) {
            throw new ChatFailed(429, "slow down");
        }
        throw new IOException("password of the database");
    }

    private static OpenAIClient client(String path) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(camel.url() + path)
                .apiKey("sk-of-the-flow")
                .maxRetries(0)
                .responseValidation(true)
                .build();
    }

    private static ChatCompletionCreateParams ask(String prompt) {
        return ChatCompletionCreateParams.builder()
                .model("any-model")
                .addUserMessage(prompt)
                .build();
    }

    private static ChatCompletion streamed(OpenAIClient client, String prompt) {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(ask(prompt))) {
            stream.stream().peek(ChatCompletionChunk::validate).forEach(accumulator::accumulate);
        }
        return accumulator.chatCompletion();
    }

    private static String text(ChatCompletion completion) {
        return completion.choices().get(0).message().content().orElseThrow();
    }

    private static RawHttp.Answer post(String path, String body, String... headers) throws IOException {
        return RawHttp.post(camel.port(), path + "/chat/completions", body, headers);
    }

    @Test
    void what_a_flow_says_is_a_completion_whole_or_as_a_stream() {
        assertThat(text(client("/echo/v1").chat().completions().create(ask("hello"))))
                .isEqualTo("You said: hello");
        assertThat(text(streamed(client("/echo/v1"), "hello"))).isEqualTo("You said: hello");
    }

    @Test
    void the_flow_sees_the_models_name_and_no_header_of_the_clients_and_the_client_none_of_the_flows()
            throws IOException {
        SEEN.clear();
        RawHttp.Answer answer =
                post("/echo/v1", chat("gpt-4", false), "Authorization: Bearer x", "CamelHttpUri: http://evil.example");
        assertThat(SEEN).containsExactly(Map.of("LoomModel", "gpt-4"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).doesNotContainKeys("X-Internal", "LoomModel", "Authorization");
        assertThat(answer.header("Content-Type")).startsWith("application/json");
    }

    @Test
    void a_stream_is_server_sent_events_and_ends_as_openais_do() throws IOException {
        RawHttp.Answer answer = post("/echo/v1", chat("gpt-4", true));
        assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
        String[] events = answer.body().split("\n\n");
        assertThat(events).hasSize(3).allMatch(event -> event.startsWith("data: "));
        assertThat(events[0]).contains("\"role\":\"assistant\"").contains("\"content\":\"You said: hello\"");
        assertThat(events[1]).contains("\"finish_reason\":\"stop\"");
        assertThat(events[2]).isEqualTo("data: [DONE]");
    }

    @Test
    void a_flow_may_give_a_whole_completion_tool_calls_and_usage_included() throws IOException {
        ChatCompletion streamed = streamed(client("/tools/v1"), "hello");
        assertThat(streamed.choices()
                        .get(0)
                        .message()
                        .toolCalls()
                        .orElseThrow()
                        .get(0)
                        .asFunction()
                        .function()
                        .name())
                .isEqualTo("look");
        String asked = chat("m", true)
                .replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        assertThat(post("/tools/v1", asked).body())
                .contains("\"finish_reason\":\"tool_calls\"", "\"choices\":[],\"usage\":{\"prompt_tokens\":1");
        assertThat(post("/tools/v1", chat("m", false)).body()).contains("\"total_tokens\":3", "\"model\":\"m\"");
    }

    @Test
    void a_prompt_in_parts_is_one_prompt() throws IOException {
        String parts = chat("m", false)
                .replace("\"hello\"", "[{\"type\":\"text\",\"text\":\"one \"},{\"type\":\"text\",\"text\":\"two\"}]");
        assertThat(post("/echo/v1", parts).body()).contains("You said: one two");
    }

    @Test
    void where_a_key_is_set_clients_must_show_it() throws IOException {
        assertThat(text(client("/keyed/v1").chat().completions().create(ask("hello"))))
                .isEqualTo("welcome");
        assertThat(post("/keyed/v1", chat("m", false)).status()).isEqualTo(401);
        assertThat(post("/keyed/v1", chat("m", false), "x-api-key: sk-of-the-flow")
                        .status())
                .isEqualTo(200);
        OpenAIClient wrong = client("/keyed/v1").withOptions(options -> options.apiKey("sk-of-the-flaw"));
        assertThatThrownBy(() -> wrong.chat().completions().create(ask("hello")))
                .isInstanceOf(UnauthorizedException.class);
    }

    @Test
    void what_goes_wrong_is_told_in_openais_shape_and_no_more_than_clients_may_know() throws IOException {
        OpenAIClient failing = client("/failing/v1");
        assertThatThrownBy(() -> failing.chat().completions().create(ask("too much")))
                .isInstanceOf(RateLimitException.class)
                .hasMessageContaining("slow down");
        RawHttp.Answer broken = post("/failing/v1", chat("m", false));
        assertThat(broken.status()).isEqualTo(500);
        assertThat(broken.body()).contains("\"error\":{").doesNotContain("password", "IOException");
    }

    @Test
    void what_is_no_chat_request_is_refused() throws IOException {
        assertThat(post("/echo/v1", "{\"model\":\"m\"}").status()).isEqualTo(400);
        assertThat(post("/echo/v1", "nonsense").body()).contains("not valid JSON");
        assertThat(post("/echo/v1", chat("m", false), "Content-Type: text/plain")
                        .status())
                .isEqualTo(415);
        assertThat(RawHttp.get(camel.port(), "/echo/v1/chat/completions").status())
                .isEqualTo(405);
        assertThat(RawHttp.get(camel.port(), "/echo/v1/files").body()).contains("unknown_url");
    }

    @Test
    void clients_that_list_models_find_one() {
        assertThat(client("/echo/v1").models().list().data()).singleElement().satisfies(model -> assertThat(model.id())
                .isEqualTo("echo"));
    }

    @Test
    void the_simulator_answers_whole_and_as_a_stream_and_the_flow_sees_what_was_asked() {
        SIMULATED.clear();
        OpenAIClient simulator = client("/simulator/v1");
        assertThat(text(simulator.chat().completions().create(ask("hello")))).contains("simulated", "hello");
        assertThat(text(streamed(simulator, "hello"))).contains("no model was called");
        assertThat(SIMULATED).hasSize(2).allMatch(request -> request.contains("\"hello\""));
        assertThat(simulator.models().list().data()).hasSize(1);
    }

    @Test
    void the_simulator_fails_as_it_is_told() throws IOException {
        RawHttp.Answer answer = post("/limited/v1", chat("m", false));
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isEqualTo("7");
        assertThat(answer.body()).contains("rate_limit_exceeded");
    }

    @Test
    void the_simulators_streams_can_break() throws IOException {
        try (RawHttp http = new RawHttp(camel.port())) {
            String body = chat("m", true);
            String received = http.send("POST /breaking/v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                            + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .readToEnd();
            assertThat(received)
                    .contains("\"content\":\"This \"")
                    .doesNotContain("[DONE]")
                    .as("without the last chunk the answer is not whole")
                    .doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void a_gateway_can_have_the_simulator_for_a_provider() {
        String provider = "providers:\n  - {name: sim, type: openai, api_key: k, base_url: " + camel.url()
                + "/simulator/v1, models: [gpt-4]}\n";
        try (TestGateway gateway = TestGateway.start(provider)) {
            assertThat(gateway.chat(chat("gpt-4", true)).body()).contains("simulated ", "[DONE]");
        }
    }
}
