package dev.loom.gateway.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code --replay}: real files in, a comparison or a complaint out. Long by these files. */
class ReplayTest {

    private static final String TWO =
            """
            ai_gateway:
              providers:
                - {name: a, type: openai, api_key: k, models: [m], weight: 3, cost: {input_per_1k: 1, output_per_1k: 2}%s}
                - {name: b, type: openai, api_key: k, models: [m], weight: 1, cost: {input_per_1k: 2, output_per_1k: 4}}
              routing: {strategy: %s}
            """;

    @TempDir
    Path directory;

    private record Run(int exitCode, String out, String err) {

        JsonNode json() {
            assertThat(exitCode).as(err).isZero();
            return Json.lenient(out.getBytes(StandardCharsets.UTF_8));
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    /** With {@code --config}, which the program itself takes. */
    private static Run run(String... arguments) {
        List<String> options = new ArrayList<>(List.of(arguments));
        int at = options.indexOf("--config");
        List<String> config = at < 0 ? List.of() : List.of(options.remove(at + 1));
        options.remove("--config");
        ReplayCommand command = new ReplayCommand();
        new CommandLine(command).parseArgs(options.toArray(String[]::new));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = command.run(
                config,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Run replay(String requests, String before, String after, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--replay", write("requests.jsonl", requests).toString(),
                "--config", write("a.yaml", before).toString(),
                "--against", write("b.yaml", after).toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private JsonNode compared(String requests, String before, String after) throws IOException {
        return replay(requests, before, after, "--json").json();
    }

    private static String requests(int count, IntFunction<String> more) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"at\":" + i + ",\"model\":\"m\",\"input_tokens\":1000,\"output_tokens\":500"
                        + more.apply(i) + "}")
                .collect(Collectors.joining("\n"));
    }

    private static List<Long> figures(JsonNode side, String provider, String... keys) {
        return List.of(keys).stream()
                .map(key -> side.path("providers").path(provider).path(key).asLong())
                .toList();
    }

    private static List<String> blocks(String page, String language) {
        Matcher matcher = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(page);
        return matcher.results().map(block -> block.group(1)).toList();
    }

    @Test
    void the_example_of_the_documentation_prints_what_it_says() throws IOException {
        String page = Files.readString(Path.of("docs/replay.md"));
        List<String> configs = blocks(page, "yaml");
        Run run = replay(blocks(page, "json").get(0), configs.get(0), configs.get(1));
        assertThat(run.err()).isEmpty();
        assertThat(run.out().replace(directory + "/", ""))
                .isEqualTo(blocks(page, "text").get(0));
    }

    @Test
    void shares_tokens_and_cost_are_those_of_the_strategies() throws IOException {
        JsonNode json = compared(requests(400, i -> ""), TWO.formatted("", "priority"), TWO.formatted("", "weighted"));
        assertThat(figures(json.path("before"), "a", "calls", "answers", "input_tokens", "output_tokens", "cost_usd"))
                .containsExactly(400L, 400L, 400_000L, 200_000L, 800L);
        assertThat(figures(json.path("after"), "a", "answers", "cost_usd")).containsExactly(300L, 600L);
        assertThat(figures(json.path("after"), "b", "answers", "cost_usd")).containsExactly(100L, 400L);
        assertThat(json.path("after").path("cost_usd").asDouble()).isEqualTo(1000);
        assertThat(json.path("after").path("assumed_successes").asInt()).isEqualTo(400);
        assertThat(json.path("seconds").asDouble()).isEqualTo(399);
    }

    @Test
    void a_provider_that_failed_fails_again_until_its_breaker_opens() throws IOException {
        String down = ",\"outcomes\":{\"a\":{\"class\":\"transient\",\"ms\":20}}";
        JsonNode json = compared(
                requests(100, i -> i < 50 ? down : ""),
                TWO.formatted("", "priority"),
                TWO.formatted(", enabled: false", "priority"));
        assertThat(json.path("before").path("answered").asInt()).isEqualTo(100);
        // Five failures open it. After a minute three probes of 10.5 s, one at a time, close it; then come two more.
        assertThat(figures(json.path("before"), "a", "calls", "answers")).containsExactly(10L, 5L);
        assertThat(json.path("before").path("failovers").asLong()).isEqualTo(95);
        assertThat(json.path("after").path("failovers").asLong()).isZero();
        assertThat(figures(json.path("after"), "b", "answers")).containsExactly(100L);
    }

    @Test
    void limits_refuse_and_clients_get_their_errors() throws IOException {
        JsonNode json = compared(
                requests(30, i -> ""),
                TWO.formatted("", "priority"),
                """
                ai_gateway:
                  providers:
                    - {name: a, type: openai, api_key: k, models: [m], rate_limit: {requests_per_minute: 10}}
                """);
        assertThat(json.path("before").path("failed").toString()).isEqualTo("{}");
        // Ten at once, and one more every six seconds.
        assertThat(json.path("after").path("answered").asInt()).isEqualTo(14);
        assertThat(json.path("after").path("failed").toString()).isEqualTo("{\"429\":16}");
        assertThat(figures(json.path("after"), "a", "refused")).containsExactly(16L);
    }

    @Test
    void a_call_that_takes_longer_than_the_configuration_allows_fails_over() throws IOException {
        JsonNode json = compared(
                requests(3, i -> ",\"outcomes\":{\"a\":{\"ms\":9000}}"),
                TWO.formatted("", "priority"),
                TWO.formatted(", timeouts: {response: 5s}", "priority"));
        assertThat(figures(json.path("before"), "a", "answers")).containsExactly(3L);
        assertThat(json.path("before").path("p50_ms").asInt()).isEqualTo(9000);
        assertThat(figures(json.path("after"), "a", "answers", "failed_over")).containsExactly(0L, 3L);
        // Five seconds at a; then b's half a second and 20 ms for each of 500 tokens, which nobody has measured.
        assertThat(json.path("after").path("p50_ms").asInt()).isEqualTo(15_500);
        assertThat(json.path("after").path("assumed_times").toString()).isEqualTo("[\"b\"]");
    }

    @Test
    void a_provider_that_neither_configuration_has_is_named() throws IOException {
        String config = TWO.formatted("", "priority");
        assertThat(replay(requests(1, i -> ",\"outcomes\":{\"aa\":{}}"), config, config)
                        .out())
                .contains("The file knows aa, which neither configuration has.");
    }

    @Test
    void a_model_that_nobody_serves_is_a_404() throws IOException {
        String config = TWO.formatted("", "priority");
        JsonNode json = compared(requests(2, i -> ""), config, config.replace("models: [m]", "models: [n]"));
        assertThat(json.path("after").path("failed").toString()).isEqualTo("{\"404\":2}");
    }

    @Test
    void the_same_files_come_to_the_same_result() throws IOException {
        String mixed = requests(
                300,
                i -> ",\"stream\":" + (i % 2 == 0) + ",\"outcomes\":{\"" + (i % 3 == 0 ? "a" : "b") + "\":{\"ms\":"
                        + (700 + i * 37 % 900) + (i % 7 == 0 ? ",\"class\":\"transient\"" : "") + "}}");
        String before = TWO.formatted("", "latency");
        String after = TWO.formatted(", rate_limit: {concurrent_requests: 1}", "cost");
        assertThat(replay(mixed, before, after).out())
                .contains("300 requests in 0:04:59")
                .isEqualTo(replay(mixed, before, after).out());
    }

    @Test
    void times_of_day_may_come_in_any_order() throws IOException {
        String config = TWO.formatted("", "priority");
        String requests = requests(2, i -> "")
                .replace("\"at\":0", "\"at\":\"2026-01-31T10:30:05+01:00\"")
                .replace("\"at\":1", "\"at\":\"2026-01-31T09:30:00.500Z\"");
        assertThat(compared(requests, config, config).path("seconds").asDouble())
                .isEqualTo(4.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | is not JSON",
                "[] | must be a JSON object",
                "{'at':0,'modle':'m'} | unknown key 'modle'; allowed are at, model,",
                "{'at':0,'input_tokens':1,'output_tokens':1} | 'model' must be a text",
                "{'at':0,'model':'m','output_tokens':1} | 'input_tokens' is required",
                "{'at':0,'model':'m','input_tokens':-1,'output_tokens':1} | 'input_tokens' must be a whole number",
                "{'at':0,'model':'m','input_tokens':1,'output_tokens':1,'stream':1} | 'stream' must be true or false",
                "{'at':'noon','model':'m','input_tokens':1,'output_tokens':1} | 'at' must be seconds",
                "{'model':'m','input_tokens':1,'output_tokens':1} | 'at' must be seconds",
                "{'at':0,'model':'m','input_tokens':1,'output_tokens':1,'outcomes':[]} | 'outcomes' must be",
                "{'at':0,'model':'m','input_tokens':1,'output_tokens':1,'outcomes':{'a':{'class':'bad'}}}"
                        + " | outcomes.a: 'class' must be one of success, transient",
            })
    void a_line_that_is_wrong_is_named(String line, String complaint) throws IOException {
        String config = TWO.formatted("", "priority");
        Run run = replay(requests(1, i -> "") + "\n\n" + line.replace('\'', '"'), config, config);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("requests.jsonl:3: ", complaint).doesNotContain("Exception", "com.fasterxml");
    }

    @Test
    void all_wrong_lines_are_named_at_once() throws IOException {
        String config = TWO.formatted("", "priority");
        assertThat(replay("1\n2\n3", config, config).err().lines()).hasSize(3);
    }

    @Test
    void seconds_and_times_of_day_do_not_mix() throws IOException {
        String config = TWO.formatted("", "priority");
        String mixed = requests(2, i -> "").replace("\"at\":0", "\"at\":\"2026-01-31T10:30:05Z\"");
        assertThat(replay(mixed, config, config).err()).contains("'at' must be seconds in every line, or");
        String tooLong = requests(2, i -> "").replace("\"at\":1", "\"at\":1e300");
        assertThat(replay(tooLong, config, config).err()).contains("more than a year");
        assertThat(replay("\n", config, config).err()).contains("there is no request in it");
    }

    @Test
    void the_configuration_to_compare_with_must_be_given() {
        Run run = run("--replay", "none.jsonl", "--against", "b.yaml");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--config");
    }

    @Test
    void configurations_that_cannot_be_replayed_are_named() throws IOException {
        String good = TWO.formatted("", "priority");
        assertThat(replay("", good, TWO.formatted("", "prioriti")).err()).contains("b.yaml:", "prioriti");
        assertThat(replay("", good, TWO.formatted("", "'bean:mine'")).err()).contains("b.yaml", "code of your own");
        assertThat(replay("", "ai_gateway: {enabled: false}", good).err()).contains("a.yaml", "enabled is false");
        assertThat(replay("", good, good).exitCode()).isEqualTo(1);
    }

    @Test
    void files_that_are_not_there_are_named() throws IOException {
        String config = write("c.yaml", TWO.formatted("", "priority")).toString();
        assertThat(run("--replay", "none.jsonl", "--config", config, "--against", config)
                        .err())
                .contains("none.jsonl: cannot be read");
        assertThat(run("--replay", "none.jsonl", "--config", "none.yaml", "--against", config)
                        .err())
                .contains("none.yaml");
    }
}
