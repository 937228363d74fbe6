package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exact words about each key whose value is wrong. */
@NullUnmarked
class KeyErrorsTest {

    private static final String TWO =
            """
            ai_gateway:
              providers:
                - {name: one, type: simulator}
                - {name: two, type: simulator}
            """;

    @TempDir
    Path directory;

    private ConfigFiles files;

    @BeforeEach
    void variables() {
        files = ConfigFiles.in(directory);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            weight: x                          | weight  must be a whole number from 0 to 1000000, not "x"
            weight: 1.5                        | weight  must be a whole number from 0 to 1000000, not "1.5"
            weight: "5"                        | weight  must be a whole number from 0 to 1000000, not "5"; remove the quotes
            priority: [1]                      | priority  must be a single value, not a list; write one value, without brackets and dashes
            enabled: 'yes'                     | enabled  must be true or false, not "yes"
            enabled: "true"                    | enabled  must be true or false, not "true"; remove the quotes
            models: gpt-4                      | models  must be a list, not text; put [ ] around it
            models: [~]                        | models[0]  must be text, not empty
            headers: secret-text               | headers  must be a map, not text; write its keys below it, each with a colon and a space, or between { }
            headers: {"X Y": v}                | headers.X Y  is no valid name for a header
            headers: {X: [secret]}             | headers.X  must be a single value, not a list; write one value, without brackets and dashes
            api_key: {secret: text}            | api_key  must be a single value, not a map
            api_key: "secret\\n"               | api_key  must not contain line breaks or control characters
            base_url: https://h/v1/chat/completions | base_url  ends in /chat/completions, which the gateway adds itself; leave it out
            base_url: https://h/v1/messages/   | base_url  ends in /messages/, which the gateway adds itself; leave it out
            base_url: https://h/a/chat/completions?api-version=1 | base_url  ends in /chat/completions, which the gateway adds itself; leave it out
            base_url: https://h/v1beta/models/m:generateContent | base_url  ends in :generateContent, which the gateway adds itself; leave it out
            base_url: $HOST                    | base_url  must be an http:// or https:// URL with a host; write ${NAME} for a variable of the environment
            simulator: {failure_rate: "0.5"}   | simulator.failure_rate  must be a number from 0 to 1, not "0.5"; remove the quotes
            base_url: ftp://u:secret@h         | base_url  must be an http:// or https:// URL with a host
            base_url: http://u:secret@h        | base_url  must not contain a user, query or fragment; put credentials under api_key or headers
            base_url: https://h?key=secret     | base_url  must not contain a user, query or fragment; put credentials under api_key or headers
            base_url: 'http://a b'             | base_url  is no valid URL
            proxy: https://h:1                 | proxy  must have the form http://host:port
            proxy: http://u:secret@h:1         | proxy  must have the form http://host:port
            proxy: http://h                    | proxy  must have the form http://host:port
            proxy: http://h:70000              | proxy  must have the form http://host:port
            rate_limit: {requests_per_minute: 0} | rate_limit.requests_per_minute  must be a whole number of at least 1, not "0"
            rate_limit: {tokens_per_minute: 99999999999} | rate_limit.tokens_per_minute  must be a whole number of at least 1 and at most 2147483647, not "99999999999"
            rate_limit: {tokens: 1}            | rate_limit.tokens  unknown key; allowed here: requests_per_minute, tokens_per_minute, concurrent_requests
            health_check: {interval: 30}       | health_check.interval  must be a duration such as 500ms, 30s, 5m, 1h or 7d, not "30"; add the unit: 30s
            health_check: {interval: 0s}       | health_check.interval  must be longer than "0s"
            health_check: {interval: 0}        | health_check.interval  must be longer than "0"
            health_check: {interval: 366d}     | health_check.interval  must be at most 365d, not "366d"
            health_check: {endpoint: models}   | health_check.endpoint  must be a path that begins with / or an http:// or https:// URL
            health_check: {endpoint: 'http://u:secret@h/x'} | health_check.endpoint  must not contain a user; the health check has the provider's own key and headers
            health_check: {endpoint: //u@h/x}  | health_check.endpoint  must not contain a user; the health check has the provider's own key and headers
            cost: {input_per_1k: -1, output_per_1k: 0} | cost.input_per_1k  must be a number of at least 0, not "-1"
            cost: {input_per_1k: 1}            | cost.output_per_1k  is required
            cost: {gpt-4: {input_per_1k: 1}}   | cost.gpt-4.output_per_1k  is required
            cost: {gpt-4: 1}                   | cost.gpt-4  unknown key; allowed here: input_per_1k, output_per_1k, cached_per_1k
            max_output_tokens: {gpt-4: 0}      | max_output_tokens.gpt-4  must be a whole number of at least 1, not "0"
            simulator: {failure_rate: 1.1}     | simulator.failure_rate  must be a number from 0 to 1, not "1.1"
            simulator: {failure_rate: .nan}    | simulator.failure_rate  must be a number from 0 to 1, not ".nan"
            simulator: {failure_status: 200}   | simulator.failure_status  must be a whole number from 400 to 599, not "200"
            simulator: {seed: x}               | simulator.seed  must be a whole number, not "x"
            credentials_file: /no/such/file    | credentials_file  there is no readable file "/no/such/file"
            tls: {cert_file: pom.xml}          | tls.key_file  is required with cert_file
            tls: {key_file: pom.xml}           | tls.cert_file  is required with key_file
            tls: {ca_file: /no/such/file}      | tls.ca_file  there is no readable file "/no/such/file"
            """)
    void a_key_of_a_provider(String line, String problem) {
        String text =
                """
                ai_gateway:
                  providers:
                    - name: p
                      type: simulator
                """;
        String indented = "      " + line.replace("'", "\"") + "\n";
        assertThat(files.errors(text + indented))
                .singleElement()
                .asString()
                .matches("1.yaml:5:\\d+  .*")
                .endsWith("  ai_gateway.providers[0]." + problem)
                .doesNotContain("secret@", "=secret", "secret-text");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {type: simulator}                | name  is required
            {name: a b, type: simulator}     | name  must be made of letters, digits, - and _, not "a b"; write "a-b"
            {name: p}                        | type  is required
            {name: p, type: opennai, api_key: k} | type  must be one of openai, azure, anthropic, vertex, gemini, simulator, bean:<name>, not "opennai"; did you mean openai?
            {name: p, type: anthropic}       | api_key  is required for type anthropic; any text will do for a local server
            {name: p, type: azure, api_key: k} | base_url  is required for type azure: https://<resource>.openai.azure.com
            {name: p, type: gemini} | api_key  is required for type gemini; any text will do for a local server
            {name: p, type: vertex, location: us} | project_id  is required
            {name: p, type: vertex, project_id: x} | location  is required
            {name: p, type: vertex, project_id: x, location: a.b/c} | location  must be a location such as us-central1 or global, not "a.b/c"
            """)
    void what_a_type_needs(String provider, String problem) {
        assertThat(files.errors("ai_gateway: {providers: [" + provider + "]}"))
                .singleElement()
                .asString()
                .endsWith("  ai_gateway.providers[0]." + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            routing: {providers: []}           | routing.providers  names no provider that is enabled; leave it out to use all of them
            routing: {providers: [one]}        | routing.providers[0]  must be a map, not text; write - name: one
            routing: {providers: [{name: one, type: x}, {name: two}]} | routing.providers[0].type  unknown key; it belongs under providers[]: ai_gateway.providers[].type
            routing: {latency: {percentile: 0}} | routing.latency.percentile  must be a number from 1 to 100, not "0"
            routing: {low_remaining: 2}        | routing.low_remaining  must be a number from 0 to 1, not "2"
            routing: {failover: {max_retries: -2}} | routing.failover.max_retries  must be a whole number of at least 0, not "-2"
            routing: {failover: {retry_codes: [99]}} | routing.failover.retry_codes[0]  must be a whole number from 100 to 599, not "99"
            routing: {fallback: {on_error: true}} | routing.fallback.provider  is required
            routing: {failover: {circuit_breaker: {timeout: soon}}} | routing.failover.circuit_breaker.timeout  must be a duration such as 500ms, 30s, 5m, 1h or 7d, not "soon"
            model_mapping: {gpt-4: gpt-4o}     | model_mapping.gpt-4  must be a map, not text; write {<provider>: <model>}
            server: {max_body: 20XB}           | server.max_body  must be a size such as 20MB, 512KB or a number of bytes, not "20XB"
            server: {max_body: 0}              | server.max_body  must be at least 1 byte, not "0"
            server: {api_keys: [{name: n}]}    | server.api_keys[0].key  is required, or keys, hash or hashes in its place
            admin: {host: 0.0.0.0}             | admin.host  can be reached from other machines, so admin.token or admin.basic is required
            admin: {basic: {user: u}}          | admin.basic.password  is required
            logging: {format: jsn}             | logging.format  must be one of text, json, not "jsn"; did you mean json?
            """)
    void a_key_beside_the_providers(String line, String problem) {
        assertThat(files.errors(TWO + "  " + line + "\n"))
                .singleElement()
                .asString()
                .matches("1.yaml:5:\\d+  .*")
                .endsWith("  ai_gateway." + problem);
    }
}
