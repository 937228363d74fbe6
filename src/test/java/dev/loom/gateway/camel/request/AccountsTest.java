package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static dev.loom.gateway.testing.TestGateway.providers;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who spent what, as clients and operators see it. */
class AccountsTest {

    private static final String[] TEAM_A = {"Authorization", "Bearer key-a"};
    private static final String[] TEAM_B = {"Authorization", "Bearer key-b"};

    /** Its answers have a prompt of 9 tokens and 3 tokens of text. */
    private final FakeProvider a = FakeProvider.saying("from a");

    private final FakeProvider b = FakeProvider.saying("from b");

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    private TestGateway start(String accounting, String... more) {
        String keys = "server: {api_keys: [{key: key-a, name: team-a}, {key: key-b, name: team-b}]}\n";
        return TestGateway.start(providers("cost: {input_per_1k: 1, output_per_1k: 10}", a, b) + keys
                + "token_accounting: {enabled: true, " + accounting + "}\n" + String.join("\n", more) + "\n");
    }

    private static JsonNode error(HttpResponse<String> response) {
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8)).path("error");
    }

    private static JsonNode usage(TestGateway gateway, String key, long requests) {
        Awaitility.await()
                .until(() -> gateway.admin("/ai/usage?key=" + key)
                                .at("/usage/requests")
                                .asLong()
                        == requests);
        return gateway.admin("/ai/usage?key=" + key);
    }

    @Test
    void what_an_account_uses_is_counted_whole_and_streamed() {
        try (TestGateway gateway = start("limits: [{window: 1h, max_tokens: 1000}]")) {
            gateway.chat(chat("gpt-4", false), TEAM_A);
            gateway.chat(chat("gpt-4", false), TEAM_A);
            gateway.chat(chat("gpt-4", true), TEAM_B);
            long tokens = gateway.stats("a").at("/tokens/input").asLong();

            JsonNode teamA = usage(gateway, "team-a", 2);
            JsonNode teamB = usage(gateway, "team-b", 1);

            assertThat(tokens).isPositive();
            assertThat(teamA.at("/usage/input_tokens").asLong()
                            + teamB.at("/usage/input_tokens").asLong())
                    .isEqualTo(tokens);
            long used = teamA.at("/usage/total_tokens").asLong();
            assertThat(teamA.at("/limits/tokens_remaining").asLong()).isEqualTo(1000 - used);
            assertThat(teamA.at("/by_provider/a/total_tokens").asLong()).isEqualTo(used);
            assertThat(teamA.at("/by_model/gpt-4/total_tokens").asLong()).isEqualTo(used);
            double cost = (teamA.at("/usage/input_tokens").asLong()
                            + 10 * teamA.at("/usage/output_tokens").asLong())
                    / 1000.0;
            assertThat(teamA.at("/usage/cost_usd").asDouble()).isEqualTo(cost);
        }
    }

    @Test
    void over_a_limit_of_tokens_it_is_429_and_others_go_on() {
        try (TestGateway gateway = start("limits: [{name: hourly, window: 1h, max_tokens: 5}]")) {
            assertThat(gateway.chat(chat("gpt-4", false), TEAM_A).statusCode()).isEqualTo(200);
            HttpResponse<String> refused = gateway.chat(chat("gpt-4", false), TEAM_A);

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(error(refused).path("code").asText()).isEqualTo("token_limit_exceeded");
            assertThat(error(refused).path("message").asText())
                    .contains("'team-a'")
                    .contains("'hourly' of 5 tokens");
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(3500, 3661);
            assertThat(gateway.chat(chat("gpt-4", false), TEAM_B).statusCode()).isEqualTo(200);
            assertThat(gateway.get(gateway.adminUrl() + "/metrics").body())
                    .contains("loom_ai_rate_limit_exceeded_total{key=\"team-a\",limit=\"hourly\"} 1.0")
                    .contains("loom_ai_tokens_by_key{key=\"team-b\",type=\"input\"}")
                    .contains("loom_ai_cost_by_key{key=\"team-a\"}")
                    .contains("loom_ai_cost_total{model=\"gpt-4\",provider=\"a\"}");
        }
    }

    @Test
    void over_a_budget_it_is_429_with_its_own_code_and_in_the_words_of_each_surface() {
        try (TestGateway gateway = start("cost_limits: [{window: 24h, max_cost: 0.001}]")) {
            gateway.chat(chat("gpt-4", false), TEAM_A);
            assertThat(error(gateway.chat(chat("gpt-4", true), TEAM_A))
                            .path("code")
                            .asText())
                    .isEqualTo("budget_exceeded");

            HttpResponse<String> messages =
                    gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/messages"))
                            .headers("Content-Type", "application/json", "x-api-key", "key-a")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"gpt-4\",\"max_tokens\":5,"
                                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")));
            assertThat(messages.statusCode()).isEqualTo(429);
            assertThat(error(messages).path("type").asText()).isEqualTo("rate_limit_error");
        }
    }

    @Test
    void what_a_failed_attempt_has_used_counts_too_and_nothing_twice() {
        a.behave(call -> call.error(503, "server_error", "overloaded"));
        try (TestGateway gateway = start("")) {
            gateway.chat(chat("gpt-4", false), TEAM_A);
            JsonNode usage = usage(gateway, "team-a", 1);

            assertThat(usage.path("by_provider").has("a")).isFalse();
            assertThat(usage.at("/usage/input_tokens").asLong())
                    .isEqualTo(gateway.stats("b").at("/tokens/input").asLong());
        }
    }

    @Test
    void the_account_is_in_the_list_of_requests_and_in_the_hooks() {
        try (TestGateway gateway = start("key: 'org-{client}'")) {
            gateway.chat(chat("gpt-4", false), TEAM_A);

            assertThat(gateway.admin("/ai/requests").at("/requests/0/account").asText())
                    .isEqualTo("org-team-a");
        }
    }

    @Test
    void operators_see_the_largest_the_course_and_a_table_and_may_forget() {
        try (TestGateway gateway = start("")) {
            gateway.chat(chat("gpt-4", false), TEAM_A);
            gateway.chat(chat("gpt-4", false), TEAM_A);
            gateway.chat(chat("gpt-4", false), TEAM_B);
            usage(gateway, "team-a", 2);
            usage(gateway, "team-b", 1);

            JsonNode top = gateway.admin("/ai/usage/top?window=1h&limit=1").path("accounts");
            assertThat(top).hasSize(1);
            assertThat(top.at("/0/key").asText()).isEqualTo("team-a");
            JsonNode series = gateway.admin("/ai/usage/series?window=1h&step=5m");
            assertThat(series.path("step_seconds").asInt()).isEqualTo(300);
            assertThat(series.at("/series/0/usage/requests").asInt()).isPositive();
            HttpResponse<String> csv = gateway.get(gateway.adminUrl() + "/ai/usage.csv?window=1h");
            assertThat(csv.headers().firstValue("Content-Type")).hasValue("text/csv; charset=utf-8");
            assertThat(csv.body()).contains("\"team-a\",\"a\",\"gpt-4\",2,").contains("\"team-b\",\"a\",\"gpt-4\",1,");
            assertThat(gateway.get(gateway.adminUrl() + "/ai/usage?window=soon").statusCode())
                    .isEqualTo(400);
            for (String path : List.of("/ai/usage", "/ai/usage/series", "/ai/usage.csv")) {
                HttpResponse<String> misspelt = gateway.get(gateway.adminUrl() + path + "?key=taem-a");
                assertThat(misspelt.statusCode()).isEqualTo(404);
                assertThat(error(misspelt).path("code").asText()).isEqualTo("unknown_account");
                assertThat(error(misspelt).path("message").asText())
                        .isEqualTo("There is no account 'taem-a'; did you mean team-a? there are: team-a, team-b.");
            }

            HttpResponse<String> misspelt = forget(gateway, "taem-a");
            assertThat(misspelt.statusCode()).isEqualTo(404);
            assertThat(error(misspelt).path("message").asText()).contains("did you mean team-a?");
            assertThat(forget(gateway, "team-a").statusCode()).isEqualTo(200);
            assertThat(gateway.admin("/ai/usage?key=team-a")
                            .at("/usage/requests")
                            .asInt())
                    .isZero();
            assertThat(gateway.admin("/ai/usage").at("/usage/requests").asInt()).isEqualTo(1);
            assertThat(gateway.admin("/ai/usage?key=anonymous")
                            .at("/usage/requests")
                            .asInt())
                    .isZero();
        }
    }

    private static HttpResponse<String> forget(TestGateway gateway, String key) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/ai/usage?key=" + key))
                .header("Content-Type", "application/json")
                .DELETE());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/top", "/series"})
    void a_window_that_is_longer_than_usage_is_kept_says_where_it_really_begins(String path) throws Exception {
        Path directory = Files.createTempDirectory("usage");
        try (TestGateway gateway =
                start("storage: file, file: {path: '" + directory.resolve("usage") + "'}, retention: 48h")) {
            assertThat(ageOf(gateway.admin("/ai/usage" + path + "?window=7d"))).isEqualTo(Duration.ofHours(48));
            assertThat(ageOf(gateway.admin("/ai/usage" + path + "?window=2h"))).isEqualTo(Duration.ofHours(2));
        }
        try (TestGateway gateway = start("")) {
            assertThat(ageOf(gateway.admin("/ai/usage" + path + "?window=7d")))
                    .as("in memory: since the start")
                    .isZero();
        }
    }

    /** In hours, rounded. */
    private static Duration ageOf(JsonNode usage) {
        Duration age = Duration.between(Instant.parse(usage.path("from").asText()), Instant.now());
        return Duration.ofHours(age.plusMinutes(5).toHours());
    }

    @Test
    void without_accounting_the_usage_api_says_so() {
        try (TestGateway gateway = TestGateway.over(a)) {
            HttpResponse<String> answer = gateway.get(gateway.adminUrl() + "/ai/usage");

            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(error(answer).path("code").asText()).isEqualTo("token_accounting_disabled");
        }
    }

    @Test
    void headers_tell_what_was_used_and_what_is_left() {
        try (TestGateway gateway =
                start("response_headers: {enabled: true}, limits: [{window: 1h, max_tokens: 1000}]")) {
            HttpResponse<String> whole = gateway.chat(chat("gpt-4", false), TEAM_A);
            HttpResponse<String> stream = gateway.chat(chat("gpt-4", true), TEAM_A);

            assertThat(whole.headers().firstValue("X-Tokens-Input")).hasValue("5");
            assertThat(whole.headers().firstValue("X-Tokens-Output")).hasValue("7");
            assertThat(whole.headers().firstValue("X-Tokens-Total")).hasValue("12");
            assertThat(whole.headers().firstValue("X-Cost-USD")).hasValue("0.075");
            assertThat(whole.headers().firstValue("X-Tokens-Remaining")).hasValue("988");
            assertThat(whole.headers().firstValue("X-Rate-Limit-Remaining")).hasValue("988");
            assertThat(Integer.parseInt(
                            whole.headers().firstValue("X-Rate-Limit-Reset").orElseThrow()))
                    .isBetween(3500, 3661);
            assertThat(stream.headers().firstValue("X-Tokens-Input")).isEmpty();
            assertThat(stream.headers().firstValue("X-Tokens-Remaining")).isPresent();
            assertThat(stream.body())
                    .contains("data: [DONE]\n\n: X-Tokens-Input: ")
                    .endsWith("\n\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"-1000000,false", "-1000000,true", "9223372036854775808,false", "9223372036854775807,true"})
    void a_count_that_cannot_be_true_of_what_passes_lifts_no_limit(String count, boolean stream) {
        String response =
                "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"output\":[{\"type\":\"message\","
                        + "\"content\":[{\"type\":\"output_text\",\"text\":\"" + "word ".repeat(100) + "\"}]}],"
                        + "\"usage\":{\"input_tokens\":5,\"input_tokens_details\":{\"cached_tokens\":-5000},\"output_tokens\":"
                        + count + ",\"output_tokens_details\":{\"reasoning_tokens\":-7}}}";
        a.behave(call -> {
            if (stream) {
                call.startStream();
                call.event("{\"type\":\"response.output_text.delta\",\"delta\":\"" + "word ".repeat(100) + "\"}");
                call.event("{\"type\":\"response.completed\",\"response\":" + response + "}");
                call.endStream();
            } else {
                call.json(200, response);
            }
        });
        String providers = providers("", a).replace("[gpt-4]", "[{name: gpt-4, surfaces: [chat, responses]}]");
        try (TestGateway gateway = TestGateway.start(providers
                + "server: {api_keys: [{key: key-a, name: team-a}]}\n"
                + "token_accounting: {enabled: true, response_headers: {enabled: true},"
                + " limits: [{window: 1h, max_tokens: 200}]}\n")) {
            String body =
                    "{\"model\":\"gpt-4\",\"input\":\"hello\",\"max_output_tokens\":100,\"stream\":" + stream + "}";
            HttpResponse<String> first = gateway.send(
                    Http.post(gateway.url() + "/v1/responses", body).headers(TEAM_A));
            HttpResponse<String> second = gateway.send(
                    Http.post(gateway.url() + "/v1/responses", body).headers(TEAM_A));

            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.body()).contains(count);
            if (!stream) {
                assertThat(first.headers().firstValue("X-Tokens-Total")).hasValue("130");
            }
            assertThat(second.statusCode()).isEqualTo(429);
            JsonNode used = usage(gateway, "team-a", 1).path("usage");
            assertThat(used.path("output_tokens").asLong()).isEqualTo(125);
            assertThat(used.path("cached_tokens").asLong()).isZero();
            assertThat(used.path("reasoning_tokens").asLong()).isZero();
        }
    }

    @Test
    void a_limit_of_which_nothing_is_used_needs_no_time() {
        try (TestGateway gateway =
                start("response_headers: {enabled: true}, limits: [{window: 30m, max_tokens: 1000}]")) {
            a.behave(call -> call.error(400, "invalid_request_error", "no"));
            HttpResponse<String> unused = gateway.chat(chat("gpt-4", false), TEAM_A);

            assertThat(unused.headers().firstValue("X-Rate-Limit-Remaining")).hasValue("1000");
            assertThat(unused.headers().firstValue("X-Rate-Limit-Reset")).hasValue("0");
            assertThat(gateway.admin("/ai/usage?key=team-a")
                            .at("/limits/each/0/reset_seconds")
                            .asInt(-1))
                    .isZero();
        }
    }

    @Test
    void a_prompt_that_is_too_long_is_400_with_the_figure() {
        try (TestGateway gateway = start("", "limits: {max_input_tokens: 20, max_total_tokens: 30}")) {
            String words = "word ".repeat(30);
            String longer = chat("gpt-4", false).replace("hello", words);
            String bound = chat("gpt-4", false).replace("{\"model\"", "{\"max_tokens\":29,\"model\"");

            HttpResponse<String> refused = gateway.chat(longer, TEAM_A);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(error(refused).path("message").asText())
                    .matches("The prompt has about 3\\d tokens; at most 20 are allowed \\(limits.max_input_tokens\\).");
            assertThat(error(gateway.chat(bound, TEAM_A)).path("message").asText())
                    .contains("the answer may have 29; at most 30 together");
            assertThat(gateway.chat(chat("gpt-4", false), TEAM_A).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void the_bound_on_the_answer_is_lowered_or_set() {
        try (TestGateway gateway = start("", "limits: {max_output_tokens: 50}")) {
            String request = chat("gpt-4", false);
            gateway.chat(request, TEAM_A);
            gateway.chat(request.replace("{\"model\"", "{\"max_tokens\":99,\"model\""), TEAM_A);
            gateway.chat(request.replace("{\"model\"", "{\"max_completion_tokens\":7,\"model\""), TEAM_A);

            assertThat(a.requests().get(0).body()).contains("\"max_completion_tokens\":50");
            assertThat(a.requests().get(1).body()).contains("\"max_tokens\":50").doesNotContain("99");
            assertThat(a.requests().get(2).body()).contains("\"max_completion_tokens\":7");
        }
    }

    @Test
    void thirty_two_clients_at_once_do_not_overspend_a_dollar() {
        String request = chat("gpt-4", false).replace("{\"model\"", "{\"max_tokens\":7,\"model\"");
        try (TestGateway gateway = start("cost_limits: [{window: 1h, max_cost: 1}]")) {
            List<CompletableFuture<Integer>> all = IntStream.range(0, 32)
                    .mapToObj(client -> CompletableFuture.supplyAsync(
                            () -> gateway.chat(request, TEAM_A).statusCode(), runnable -> new Thread(runnable).start()))
                    .toList();
            long answered = all.stream().filter(one -> one.join() == 200).count();

            assertThat(all).allSatisfy(one -> assertThat(one.join()).isIn(200, 429));
            assertThat(a.requests()).hasSize((int) answered);
            assertThat(answered * 0.075).isBetween(0.8, 1.0);
            assertThat(usage(gateway, "team-a", answered).at("/usage/cost_usd").asDouble())
                    .isEqualTo(answered * 75 / 1000.0);
        }
    }
}
