package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorTest {

    private static TestGateway simulator(String settings) {
        return TestGateway.start(
                """
                providers:
                  - name: sim
                    type: simulator
                    models: [gpt-4]
                    simulator: {latency: 0ms, tokens_per_second: 100000, %s}
                routing: {failover: {max_retries: 0, circuit_breaker: {enabled: false}}}
                """
                        .formatted(settings));
    }

    @Test
    void it_says_that_it_is_a_simulation() {
        try (TestGateway gateway = simulator("seed: 1")) {
            assertThat(gateway.chat(chat("gpt-4", false)).body())
                    .contains("simulated answer from provider 'sim'", "no model was called");
        }
    }

    @Test
    void which_requests_fail_depends_on_the_seed_alone() {
        List<Integer> first;
        try (TestGateway gateway = simulator("failure_rate: 0.5, seed: 7")) {
            first = statuses(gateway);
        }
        try (TestGateway gateway = simulator("failure_rate: 0.5, seed: 7")) {
            assertThat(statuses(gateway)).isEqualTo(first).contains(200, 503);
        }
    }

    private static List<Integer> statuses(TestGateway gateway) {
        return IntStream.range(0, 20)
                .mapToObj(i -> gateway.chat(chat("gpt-4", false)).statusCode())
                .collect(Collectors.toList());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void it_makes_up_logprobs_for_whoever_asks(boolean stream) {
        try (TestGateway gateway = simulator("seed: 1")) {
            String more = ",\"logprobs\":true,\"top_logprobs\":2}";
            String body = chat("gpt-4", stream);
            String answer =
                    gateway.chat(body.substring(0, body.length() - 1) + more).body();
            JsonNode choice = json(stream ? answer.split("data: ")[2] : answer).at("/choices/0");
            String said =
                    choice.at(stream ? "/delta/content" : "/message/content").asText();
            JsonNode tokens = choice.at("/logprobs/content");
            assertThat(String.join(
                            "",
                            tokens.findValuesAsText("token").stream()
                                    .filter(said::contains)
                                    .toList()))
                    .contains(said.split(" ")[0]);
            assertThat(tokens.path(0).path("top_logprobs")).hasSize(2);
            assertThat(gateway.chat(body).body()).doesNotContain("top_logprobs");
        }
    }

    @Test
    void a_continued_text_has_the_logprobs_that_it_asks_for() {
        try (TestGateway gateway = simulator("seed: 1")) {
            JsonNode choice = json(gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/completions"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"model\":\"gpt-4\",\"prompt\":\"hi\",\"logprobs\":2}")))
                            .body())
                    .at("/choices/0");
            assertThat(choice.at("/logprobs/tokens")).isNotEmpty();
            assertThat(choice.at("/logprobs/token_logprobs")).hasSameSizeAs(choice.at("/logprobs/tokens"));
            assertThat(choice.at("/logprobs/top_logprobs/0")).hasSize(2);
        }
    }

    @Test
    void it_can_be_rate_limited_and_say_for_how_long() {
        try (TestGateway gateway = simulator("failure_rate: 1, failure_status: 429, retry_after: 17s")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("17");
        }
    }

    @Test
    void its_streams_can_break_in_the_middle() {
        try (TestGateway gateway = simulator("break_after_tokens: 3")) {
            String body = gateway.chat(chat("gpt-4", true)).body();
            assertThat(body)
                    .contains("\"content\":\"This \"", "\"content\":\"a \"", "data: {\"error\":")
                    .doesNotContain("\"content\":\"simulated \"", "[DONE]");
        }
    }

    @Test
    void it_stops_at_max_tokens() {
        try (TestGateway gateway = simulator("seed: 1")) {
            String body = chat("gpt-4", false).replace("{\"model\"", "{\"max_tokens\":2,\"model\"");
            assertThat(gateway.chat(body).body())
                    .contains("\"content\":\"This is \"", "\"finish_reason\":\"length\"", "\"completion_tokens\":2");
        }
    }

    private static final String PARAMETERS =
            """
            {"type":"object","properties":{"city":{"type":"string","minLength":12},"days":{"type":"integer","minimum":3},
            "unit":{"enum":["C","F"]},"at":{"type":"string","format":"date-time"},"near":{"$ref":"#/$defs/place"}},
            "required":["city","days","unit","at","near"],"additionalProperties":false,
            "$defs":{"place":{"type":"object","properties":{"lat":{"type":"number","exclusiveMinimum":10},"of":{"anyOf":
            [{"$ref":"#/$defs/place"},{"type":"null"}]},"tags":{"type":"array","minItems":2,"items":{"type":"boolean"}}},
            "required":["lat","of","tags"]}}}""";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'string','minLength':2147483647}",
                "{'type':'array','minItems':2147483647}",
                "{'type':'array','minItems':99999,'items':{'const':'CONST'}}",
                "{'type':'array','minItems':999,'items':{'type':'array','minItems':999,'items':{'type':'array','minItems':999}}}",
                "{'$ref':'#/$defs/a','$defs':{'a':{'type':'object','properties':{PROPERTIES}}}}",
                "{'$ref':'#/$defs/a','$defs':{'a':{'allOf':[PARTS]}}}"
            })
    void a_schema_of_endless_values_is_refused(String written) {
        String again = "{'$ref':'#/$defs/a'}";
        String properties =
                IntStream.range(0, 40).mapToObj(i -> "'" + i + "':" + again).collect(Collectors.joining(","));
        String schema = written.replace("CONST", "x".repeat(9999))
                .replace("PROPERTIES", properties)
                .replace("PARTS", String.join(",", Collections.nCopies(40, again)))
                .replace('\'', '"');
        String start = "{\"model\":\"gpt-4\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],";
        String format = "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":"
                + schema + "}}}";
        String tool =
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":" + schema + "}}]}";
        try (TestGateway gateway = simulator("seed: 1")) {
            for (String body : List.of(start.formatted(false) + format, start.formatted(true) + tool)) {
                HttpResponse<String> response = gateway.chat(body);
                assertThat(response.statusCode()).isEqualTo(400);
                assertThat(json(response.body()).at("/error/message").asText()).contains("characters");
            }
        }
    }

    @Test
    void its_answers_have_an_end_however_long_the_prompt_and_however_many_the_choices() {
        String prompt = "a ".repeat(500_000);
        try (TestGateway gateway = simulator("seed: 1")) {
            String body = chat("gpt-4", true).replace("\"hello\"", "\"" + prompt + "\"");
            String one = gateway.chat(body).body();
            assertThat(one).contains("\"finish_reason\":\"length\"").hasSizeLessThan(20_000_000);
            String many = gateway.chat(body.replace("{\"model\"", "{\"n\":128,\"model\""))
                    .body();
            assertThat(many).contains("\"finish_reason\":\"length\"").hasSizeLessThan(20_000_000);
        }
    }

    private static JsonNode ask(TestGateway gateway, String path, String body) {
        HttpResponse<String> response = gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response.body());
    }

    private static JsonNode json(String text) {
        return Json.lenient(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertFits(String value) {
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(PARAMETERS)
                        .validate(json(value)))
                .as(value)
                .isEmpty();
    }

    @Test
    void in_every_language_it_calls_the_first_tool_with_arguments_that_fit_and_answers_its_result() {
        String user = "{\"role\":\"user\",\"content\":\"hi\"}";
        String function = "{\"name\":\"weather\",\"parameters\":" + PARAMETERS + "}";
        try (TestGateway gateway = simulator("seed: 1")) {
            String tools = ",\"tools\":[{\"type\":\"function\",\"function\":" + function + "}]}";
            JsonNode message = ask(
                            gateway, "/v1/chat/completions", "{\"model\":\"gpt-4\",\"messages\":[" + user + "]" + tools)
                    .at("/choices/0/message");
            assertFits(message.at("/tool_calls/0/function/arguments").asText());
            String result =
                    "{\"role\":\"tool\",\"tool_call_id\":" + message.at("/tool_calls/0/id") + ",\"content\":\"20\"}";
            assertThat(ask(
                                    gateway,
                                    "/v1/chat/completions",
                                    "{\"model\":\"gpt-4\",\"messages\":[" + user + "," + message + "," + result + "]"
                                            + tools)
                            .at("/choices/0/finish_reason")
                            .asText())
                    .isEqualTo("stop");

            JsonNode block = ask(
                            gateway,
                            "/v1/messages",
                            "{\"model\":\"gpt-4\",\"max_tokens\":500,\"messages\":[" + user
                                    + "],\"tools\":[{\"name\":\"weather\",\"input_schema\":" + PARAMETERS + "}]}")
                    .at("/content/0");
            assertThat(block.path("type").asText()).isEqualTo("tool_use");
            assertFits(block.path("input").toString());

            JsonNode item = ask(
                            gateway,
                            "/v1/responses",
                            "{\"model\":\"gpt-4\",\"input\":\"hi\",\"tools\":[{\"type\":\"function\","
                                    + function.substring(1) + "]}")
                    .at("/output/0");
            assertThat(item.path("type").asText()).isEqualTo("function_call");
            assertFits(item.path("arguments").asText());

            JsonNode part = ask(
                            gateway,
                            "/v1beta/models/gpt-4:generateContent",
                            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}],\"tools\":[{\"functionDeclarations\":"
                                    + "[{\"name\":\"weather\",\"parametersJsonSchema\":" + PARAMETERS + "}]}]}")
                    .at("/candidates/0/content/parts/0/functionCall");
            assertFits(part.path("args").toString());
        }
    }

    @Test
    void words_behind_a_result_do_not_make_it_call_the_tool_again_but_the_next_turn_does() {
        String body =
                """
                {"model":"gpt-4","max_tokens":500,"tools":[{"name":"f","input_schema":{"type":"object"}}],"messages":[
                {"role":"user","content":"hi"},
                {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"20"},
                {"type":"text","text":"a reminder"}]}%s]}""";
        String next = ",{\"role\":\"assistant\",\"content\":\"20\"},{\"role\":\"user\",\"content\":\"again\"}";
        try (TestGateway gateway = simulator("seed: 1")) {
            assertThat(ask(gateway, "/v1/messages", body.formatted(""))
                            .at("/stop_reason")
                            .asText())
                    .isEqualTo("end_turn");
            assertThat(ask(gateway, "/v1/messages", body.formatted(next))
                            .at("/stop_reason")
                            .asText())
                    .isEqualTo("tool_use");
        }
    }

    @Test
    void in_every_language_it_answers_with_an_object_that_fits_the_schema() {
        try (TestGateway gateway = simulator("seed: 1")) {
            String user = "[{\"role\":\"user\",\"content\":\"hi\"}]";
            assertFits(ask(
                            gateway,
                            "/v1/chat/completions",
                            "{\"model\":\"gpt-4\",\"messages\":" + user
                                    + ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":"
                                    + PARAMETERS + "}}}")
                    .at("/choices/0/message/content")
                    .asText());
            assertFits(ask(
                            gateway,
                            "/v1/responses",
                            "{\"model\":\"gpt-4\",\"input\":\"hi\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"x\","
                                    + "\"schema\":" + PARAMETERS + "}}}")
                    .at("/output/0/content/0/text")
                    .asText());
            assertFits(ask(
                            gateway,
                            "/v1beta/models/gpt-4:generateContent",
                            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}],\"generationConfig\":"
                                    + "{\"responseMimeType\":\"application/json\",\"responseJsonSchema\":" + PARAMETERS
                                    + "}}")
                    .at("/candidates/0/content/parts/0/text")
                    .asText());
        }
    }

    @Test
    void a_stream_says_the_same_as_a_whole_answer_with_several_choices_and_reasoning() {
        try (TestGateway gateway = simulator("seed: 1")) {
            String more = "{\"n\":2,\"reasoning_effort\":\"low\",\"model\"";
            JsonNode whole = json(gateway.chat(chat("gpt-4", false).replace("{\"model\"", more))
                    .body());
            assertThat(whole.path("choices")).hasSize(2);
            assertThat(whole.at("/usage/completion_tokens_details/reasoning_tokens")
                            .asInt())
                    .isPositive();
            String[] text = {"", ""};
            String[] thought = {"", ""};
            gateway.chat(chat("gpt-4", true).replace("{\"model\"", more))
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("data: {"))
                    .map(line -> json(line.substring(6)).at("/choices/0"))
                    .forEach(choice -> {
                        text[choice.path("index").asInt()] +=
                                choice.at("/delta/content").asText("");
                        thought[choice.path("index").asInt()] +=
                                choice.at("/delta/reasoning_content").asText("");
                    });
            for (int i = 0; i < 2; i++) {
                JsonNode message = whole.path("choices").path(i).path("message");
                assertThat(text[i]).isEqualTo(message.path("content").asText());
                assertThat(thought[i])
                        .isEqualTo(message.path("reasoning_content").asText())
                        .contains("low");
            }
        }
    }

    @Test
    void a_choice_of_tools_is_honoured() {
        String tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"one\"}},"
                + "{\"type\":\"function\",\"function\":{\"name\":\"two\"}}],\"tool_choice\":%s}";
        String body = "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + tools;
        try (TestGateway gateway = simulator("seed: 1")) {
            String named = "{\"type\":\"function\",\"function\":{\"name\":\"two\"}}";
            String at = "/choices/0/message/tool_calls/0/function/name";
            assertThat(json(gateway.chat(body.formatted(named)).body()).at(at).asText())
                    .isEqualTo("two");
            assertThat(json(gateway.chat(body.formatted("\"required\"")).body())
                            .at(at)
                            .asText())
                    .isEqualTo("one");
            assertThat(json(gateway.chat(body.formatted("\"none\"")).body())
                            .at(at)
                            .isMissingNode())
                    .isTrue();
        }
    }

    @Test
    void the_same_text_has_the_same_vector_and_others_have_others() {
        try (TestGateway gateway = simulator("seed: 1")) {
            JsonNode data = ask(
                            gateway,
                            "/v1/embeddings",
                            "{\"model\":\"gpt-4\",\"input\":[\"a cat\",\"a dog\",\"a cat\"],\"dimensions\":16}")
                    .path("data");
            assertThat(data.at("/0/embedding")).hasSize(16).isEqualTo(data.at("/2/embedding"));
            assertThat(data.at("/1/embedding")).isNotEqualTo(data.at("/0/embedding"));
            assertThat(ask(
                                    gateway,
                                    "/v1beta/models/gpt-4:embedContent",
                                    "{\"content\":{\"parts\":[{\"text\":\"a cat\"}]}}")
                            .at("/embedding/values"))
                    .hasSize(64);
        }
    }
}
