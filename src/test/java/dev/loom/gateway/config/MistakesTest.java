package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people write by mistake: the message says where it is, what is wrong and how to mend it. */
@NullUnmarked
class MistakesTest {

    private static final String PROVIDER =
            """
            ai_gateway:
              providers:
                - name: p
                  type: openai
                  api_key: %s
            """;

    private static final String FOREIGN =
            "this looks like a variable of the environment, but is used as it stands; write ${NAME}";

    @TempDir
    Path directory;

    private ConfigFiles files() {
        return ConfigFiles.in(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{env:KEY}}", "{{KEY}}", "{{ env:KEY }}"})
    void a_variable_in_double_braces(String written) {
        assertThat(files().errors(PROVIDER.formatted(written)))
                .containsExactly(
                        "1.yaml:5:16  ai_gateway.providers[0].api_key  {{...}} is no variable here; write ${NAME}"
                                + " for one of the environment");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$KEY",
                "os.environ/KEY",
                "'{{env:KEY}}'",
                "$(KEY)",
                "'%KEY%'",
                "env.KEY",
                "env:KEY",
                "Bearer $KEY"
            })
    void a_variable_as_other_tools_write_it(String written) {
        assertThat(files().warnings(PROVIDER.formatted(written)))
                .contains("1.yaml:5:16  ai_gateway.providers[0].api_key  " + FOREIGN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-$KEY", "$ecret", "environment", "100%", "a$B", "$$", "${KEY}"})
    void a_key_that_is_none_of_these(String written) {
        assertThat(files().warnings(PROVIDER.formatted(written))).noneMatch(line -> line.endsWith(FOREIGN));
    }

    @Test
    void a_variable_that_is_set_but_empty_is_named() {
        ConfigFiles files = new ConfigFiles(directory, Map.of("KEY", ""));
        assertThat(files.errors(PROVIDER.formatted("${KEY}")))
                .containsExactly(
                        "1.yaml:5:16  ai_gateway.providers[0].api_key  is required for type openai; any text will"
                                + " do for a local server; the variable KEY is empty: give it a value");
        assertThat(files.warnings(PROVIDER.formatted("k") + "      weight: ${KEY}\n      project: ${KEY:-}\n"))
                .as("where a key may be left out; an empty default is meant")
                .contains(
                        "1.yaml:6:15  ai_gateway.providers[0].weight  the variable KEY is empty, so this is treated as"
                                + " missing")
                .noneMatch(warning -> warning.contains("project"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            routing: {circuit_breaker: {timeout: 1s}}  | routing.circuit_breaker  unknown key; it belongs under failover: ai_gateway.routing.failover.circuit_breaker
            circuit_breaker: {timeout: 1s}             | circuit_breaker  unknown key; it belongs under routing.failover: ai_gateway.routing.failover.circuit_breaker
            failure_threshold: 5                       | failure_threshold  unknown key; it belongs under routing.failover.circuit_breaker: ai_gateway.routing.failover.circuit_breaker.failure_threshold
            strategy: cost                             | strategy  unknown key; it belongs under routing: ai_gateway.routing.strategy
            routing: {failover: {fallback: {provider: p}}} | routing.failover.fallback  unknown key; it belongs under routing: ai_gateway.routing.fallback
            routing: {model_mapping: {a: {p: b}}}      | routing.model_mapping  unknown key; it belongs under ai_gateway: ai_gateway.model_mapping
            server: {token: t}                         | server.token  unknown key; it belongs under admin: ai_gateway.admin.token
            api_key: k                                 | api_key  unknown key; it belongs under providers[]: ai_gateway.providers[].api_key
            """)
    void a_known_key_at_the_wrong_level(String line, String problem) {
        assertThat(files().errors(PROVIDER.formatted("k") + "  " + line + "\n"))
                .singleElement()
                .asString()
                .endsWith("  ai_gateway." + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            cost: {input_per_1m: 0.15, output_per_1k: 1} | cost.input_per_1m  unknown key; prices here are for 1,000 tokens: write input_per_1k: 0.00015
            cost: {m: {output_per_million_tokens: 10, input_per_1k: 1, output_per_1k: 1}} | cost.m.output_per_million_tokens  unknown key; prices here are for 1,000 tokens: write output_per_1k: 0.01
            cost: {input_cost_per_token: 1.5e-7, output_per_1k: 1} | cost.input_cost_per_token  unknown key; prices here are for 1,000 tokens: write input_per_1k: 0.00015
            cost: {input_per_1m: free, output_per_1k: 1} | cost.input_per_1m  unknown key; prices here are for 1,000 tokens: write input_per_1k with a thousandth of the value
            """)
    void a_price_for_another_number_of_tokens(String line, String problem) {
        assertThat(files().errors(PROVIDER.formatted("k") + "      " + line + "\n"))
                .anySatisfy(error -> assertThat(error).endsWith("  ai_gateway.providers[0]." + problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            routing: {fallback: p}                    | routing.fallback  must be a map, not text; write {provider: p}
            routing: {providers: [p]}                 | routing.providers[0]  must be a map, not text; write - name: p
            server: {api_keys: [a-secret]}            | server.api_keys[0]  must be a map, not text; write {name: ..., key: ...}
            server: {max_body: 50M}                   | server.max_body  must be a size such as 20MB, 512KB or a number of bytes, not "50M"; write 50MB
            server: {max_body: 2 GiB}                 | server.max_body  must be a size such as 20MB, 512KB or a number of bytes, not "2 GiB"; write 2GB
            server: {api_keys: [{name: a, key: k, max_budget: 5}]} | server.api_keys[0].max_budget  unknown key; write token_accounting.tiers: ai_gateway.token_accounting.tiers
            token_accounting: {webhooks: {url: x}}    | token_accounting.webhooks  must be a list, not a map; begin each entry with a dash, as in "- url: ..."
            """)
    void a_value_in_the_form_of_another_tool(String line, String problem) {
        assertThat(files().errors(PROVIDER.formatted("k") + "  " + line + "\n"))
                .anySatisfy(error -> assertThat(error).endsWith("  ai_gateway." + problem));
    }

    @ParameterizedTest
    @ValueSource(strings = {"models: [*]", "models: [a, *]", "models: *", "models: [&]"})
    void a_star_without_quotes(String line) {
        assertThat(files().errors(PROVIDER.formatted("k") + "      " + line + "\n"))
                .singleElement()
                .asString()
                .startsWith("1.yaml:6:")
                .endsWith("text that begins with * or & needs quotes, as in \"*\"");
    }

    @Test
    void a_key_of_a_block_within_a_provider() {
        assertThat(files().errors(PROVIDER.formatted("k") + "      first_token: 5s\n"))
                .containsExactly(
                        "1.yaml:6:7  ai_gateway.providers[0].first_token  unknown key; it belongs under timeouts:"
                                + " ai_gateway.providers[].timeouts.first_token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            name: ''                            | [1].name  is required
            name: ' '                           | [1].name  must be made of letters, digits, - and _, not " "
            name: b, models: [' ']              | [1].models[0]  must be text, not empty
            name: b, timeout: {connect: 5s}     | [1].timeout  unknown key; did you mean timeouts? allowed here: type
            name: b, timeouts: 30s              | [1].timeouts  must be a map, not text; write {response: 30s}
            name: b, health_check: true         | [1].health_check  must be a map, not text; write {enabled: true}
            """)
    void a_slip_in_a_provider_is_told_with_the_way_to_write_it(String entry, String problem) {
        assertThat(files().errors("ai_gateway:\n  providers:\n    - {name: oa, type: simulator}\n    - {" + entry
                        + ", type: simulator}\n"))
                .singleElement()
                .asString()
                .matches("1.yaml:4:\\d+  ai_gateway.providers" + Pattern.quote(problem) + ".*");
    }

    @Test
    void names_that_are_missing_are_not_among_those_that_are_defined() {
        assertThat(files().errors(
                                "ai_gateway:\n  providers: [{name: '', type: simulator}, {name: oa, type: simulator}]\n"
                                        + "  routing: {fallback: {provider: b}}\n"))
                .hasSize(2)
                .last()
                .asString()
                .endsWith("there is no provider \"b\"; defined: oa");
    }

    @Test
    void a_page_that_is_no_origin_is_told_in_one_sentence() {
        assertThat(files().errors("ai_gateway:\n  providers: [{name: oa, type: simulator}]\n"
                        + "  server: {cors: {origins: [chat.example]}, api_keys: [{name: n, key: ' '}]}\n"))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .endsWith(
                                        "origins[0]  must be an origin, as in \"https://chat.example:8443\", or \"*\","
                                                + " not \"chat.example\""),
                        problem -> assertThat(problem).endsWith("api_keys[0].key  must be a key, not empty"));
    }

    /** Where the nearest place of that name, or the most similar key, would mislead. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            timeout           | write timeouts.response: ai_gateway.providers[].timeouts.response
            request_timeout   | write timeouts.response: ai_gateway.providers[].timeouts.response
            connect_timeout   | write timeouts.connect: ai_gateway.providers[].timeouts.connect
            interval          | it belongs under health_check: ai_gateway.providers[].health_check.interval
            threshold         | write routing.failover.circuit_breaker.failure_threshold: ai_gateway.routing.failover.circuit_breaker.failure_threshold
            failure_threshold | it belongs under routing.failover.circuit_breaker: ai_gateway.routing.failover.circuit_breaker.failure_threshold
            max_tokens        | write max_output_tokens: ai_gateway.providers[].max_output_tokens
            max_retries       | it belongs under routing.failover: ai_gateway.routing.failover.max_retries
            retries           | write routing.failover.max_retries: ai_gateway.routing.failover.max_retries
            requests_per_minute | it belongs under rate_limit: ai_gateway.providers[].rate_limit.requests_per_minute
            rpm               | write rate_limit.requests_per_minute: ai_gateway.providers[].rate_limit.requests_per_minute
            limits            | write rate_limit: ai_gateway.providers[].rate_limit
            max_requests      | write rate_limit.concurrent_requests: ai_gateway.providers[].rate_limit.concurrent_requests
            model_mapping     | it belongs under ai_gateway: ai_gateway.model_mapping
            fallback          | it belongs under routing: ai_gateway.routing.fallback
            api_keys          | did you mean api_key?
            token             | write api_key: ai_gateway.providers[].api_key
            key               | write api_key: ai_gateway.providers[].api_key
            url               | write base_url: ai_gateway.providers[].base_url
            endpoint          | write base_url: ai_gateway.providers[].base_url
            host              | write base_url: ai_gateway.providers[].base_url
            model             | did you mean models?
            header            | did you mean headers?
            deployment        | did you mean deployments?
            """)
    void a_key_that_exists_elsewhere_with_another_meaning_under_a_provider(String key, String hint) {
        assertThat(files().errors(PROVIDER.formatted("k") + "      " + key + ": 1\n"))
                .singleElement()
                .asString()
                .contains("  ai_gateway.providers[0]." + key + "  unknown key; " + hint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            timeout: 1s                    | write providers[].timeouts.response: ai_gateway.providers[].timeouts.response
            rate_limit: 1                  | it belongs under providers[]: ai_gateway.providers[].rate_limit
            models: [a]                    | it belongs under providers[]: ai_gateway.providers[].models
            weight: 1                      | it belongs under providers[]: ai_gateway.providers[].weight
            priority: 1                    | it belongs under providers[]: ai_gateway.providers[].priority
            interval: 1s                   | it belongs under providers[].health_check: ai_gateway.providers[].health_check.interval
            threshold: 1                   | write routing.failover.circuit_breaker.failure_threshold: ai_gateway.routing.failover.circuit_breaker.failure_threshold
            max_tokens: 1                  | write limits.max_output_tokens: ai_gateway.limits.max_output_tokens
            provider: p                    | did you mean providers?
            routing: {timeout: 1s}         | write failover.deadline: ai_gateway.routing.failover.deadline
            routing: {weight: 1}           | it belongs under providers[]: ai_gateway.routing.providers[].weight
            routing: {enabled: false}      | write failover.enabled: ai_gateway.routing.failover.enabled
            routing: {models: {a: p}}      | write model_routes: ai_gateway.routing.model_routes
            routing: {api_key: k}          | it belongs under providers[]: ai_gateway.providers[].api_key
            routing: {providers: [{name: p, timeout: 1s}]} | write providers[].timeouts.response: ai_gateway.providers[].timeouts.response
            routing: {failover: {timeout: 1s}}   | write deadline: ai_gateway.routing.failover.deadline
            routing: {failover: {threshold: 1}}  | write circuit_breaker.failure_threshold: ai_gateway.routing.failover.circuit_breaker.failure_threshold
            routing: {failover: {circuit_breaker: {threshold: 1}}} | write failure_threshold: ai_gateway.routing.failover.circuit_breaker.failure_threshold
            server: {timeout: 1s}          | write header_timeout: ai_gateway.server.header_timeout
            server: {api_key: k}           | did you mean api_keys?
            server: {models: [a]}          | it belongs under api_keys[]: ai_gateway.server.api_keys[].models
            server: {rate_limit: 1}        | it belongs under api_keys[]: ai_gateway.server.api_keys[].rate_limit
            """)
    void a_key_that_exists_at_several_places_beside_the_providers(String line, String hint) {
        assertThat(files().errors(PROVIDER.formatted("k") + "  " + line + "\n"))
                .singleElement()
                .asString()
                .contains("unknown key; " + hint);
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, timeouts.response",
        "max_tokens, max_output",
        "context_window, context",
    })
    void a_key_of_another_place_within_a_model(String key, String meant) {
        assertThat(files().errors(PROVIDER.formatted("k") + "      models: [{name: m, " + key + ": 1}]\n"))
                .singleElement()
                .asString()
                .endsWith("unknown key; write " + meant + ": ai_gateway.providers[].models[]." + meant);
    }

    @Test
    void a_configuration_that_begins_with_its_providers() {
        assertThat(files().errors("providers:\n  - {name: p, type: simulator}\nrouting: {strategy: cost}\n"))
                .containsExactly(
                        "1.yaml:1:1  providers  the line ai_gateway: is missing above it; write it first, and indent"
                                + " everything below it by two spaces");
    }

    @Test
    void a_configuration_that_stands_beside_its_root() {
        assertThat(files().errors("ai_gateway:\nproviders:\n  - {name: p, type: simulator}\n"))
                .containsExactly(
                        "1.yaml:1:1  ai_gateway  is required, with everything else below it",
                        "1.yaml:2:1  providers  unknown key; it belongs under ai_gateway: indent it by two spaces");
        assertThat(files().errors(PROVIDER.formatted("k") + "server: {max_body: 1MB}\n"))
                .containsExactly(
                        "1.yaml:6:1  server  unknown key; it belongs under ai_gateway: indent it by two spaces");
    }

    /** A {@code /} is a line break, a {@code >} a tab. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            - name: p/     type: openai      | 4:6  this line is indented by 5 spaces, but no line above it is; indent it like the other lines of its list or map
            - name: p/        type: openai   | 4:13  no key can begin here: this line is indented too far, or the line before it lacks a colon with a space after it
            - name: p/    type: openai       | 4:5  this key stands in the column of the dashes; indent it as far as the first key after the dash
            - name: p/   type: openai        | 4:4  this line is indented by 3 spaces, but no line above it is; indent it like the other lines of its list or map
            - name: p/      type openai/      models: [a] | 4:7  this line has no colon with a space after it, so it is no key
            - name:p/      type: openai      | 4:11  no key can begin here: this line is indented too far, or the line before it lacks a colon with a space after it
            - name: p/>type: openai          | 4:1  a tab; indent by spaces
            - name: p/      project: a: b    | 4:17  a second colon in one line; text with a colon and a space in it needs quotes
            - name: p/      project: "a" b   | 4:20  there is more after the end of the value; put quotes around all of it
            - name: p/      project: "a      | 4:16  the quote that begins here does not end
            - name: p/      project: "a\\q"  | 4:19  a backslash in double quotes needs another before it; or use single quotes
            - name: p/      project: @a      | 4:16  text that begins with this character needs quotes
            - name: p/      models: [${A:-b}] | 4:17  a variable inside [ ] or { } needs quotes: "${NAME}"
            - {name: p, api_key: ${KEY}}     | 3:27  a variable inside [ ] or { } needs quotes: "${NAME}"
            - name: p/      models: [a b: c, d | 5:1  a comma is missing here, or a bracket that closes what begins in line 4, column 15; text with a comma, colon or bracket in it needs quotes
            - name: p/      models: - a      | 4:15  the dash of a list begins a line of its own; text that begins with a dash needs quotes
            - name: p/---/a: b               | 4:1  a second document begins here; a file holds one
            """)
    void a_line_that_is_no_yaml(String lines, String problem) {
        String text =
                "ai_gateway:\n  providers:\n    " + lines.replace('/', '\n').replace('>', '\t') + "\n";
        assertThat(files().errors(text)).containsExactly("1.yaml:" + problem);
    }

    @Test
    void a_control_character() {
        assertThat(files().errors("ai_gateway:\n  server: x\u0001\n"))
                .containsExactly("1.yaml:2:12  a control character; retype what stands here");
    }
}
