package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What editors accept and refuse by the published schema. */
@NullUnmarked
class SchemaTest {

    private static final JsonNode SCHEMA = SchemaKeysTest.schema();

    static List<String> examples() throws IOException {
        return ExamplesTest.examples().toList();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void it_accepts_every_example(String example) throws IOException {
        assertThat(violations(Files.readString(Path.of("src/test/resources/config/examples", example))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ai_gateway: {enabled: false}",
                "{x-any: [1], ai_gateway: {enabled: '${ON}'}}",
                "ai_gateway: {providers: [{name: p, type: 'bean:mine', weight: '${W:-1}'}]}",
                "ai_gateway: {providers: [{name: p, cost: {gpt-4: {input_per_1k: 1, output_per_1k: 2}}}]}",
                "ai_gateway: {providers: [{name: p, max_output_tokens: {gpt-4: 1}}]}",
                "ai_gateway: {providers: [{name: p, request: {rename: {a.b: c, 'messages.*.role': {x: y}}, drop: [d],"
                        + " default: {e: [1]}, set: {f: {g: null}}}}]}",
                "ai_gateway: {providers: [{name: p, models: [{name: m, request: {drop: [d]}}]}]}",
                "ai_gateway: {providers: [{name: p, type: azure, enabled: false}]}",
                "ai_gateway: {providers: [{name: p, type: azure, enabled: '${ON}'}]}",
                "ai_gateway: {providers: [{name: p, type: vertex, api_key: k}]}",
                "ai_gateway: {providers: [{name: p, type: gemini, api_key: k}]}",
                "ai_gateway: {providers: [{name: p, base_url: '${HOST}/v1/messages'}]}",
                "ai_gateway: {server: {max_body: 4096}}",
                "ai_gateway: {server: {api_keys: [{name: n, key: k}, {name: m, keys: [a, '${B}']}]}}",
                "ai_gateway: {server: {api_keys: [{name: n, hashes: ['${A}']}]}}",
                "ai_gateway: {server: {stream_start_after: 0, stream_keep_alive: '0'}}",
                "ai_gateway: {server: {max_body: 20MB}}",
                "ai_gateway: {state: {type: redis, url: 'redis://me@redis:6379/1', password: p, timeout: 50ms}}",
                "ai_gateway: {state: {type: redis, url: 'redis-sentinel://a:26379,b#main', key_prefix: 'x:'}}",
            })
    void it_accepts(String yaml) {
        assertThat(violations(yaml)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ai_gateway: {}, other: 1}",
                "providers: [{name: p, type: simulator}]",
                "ai_gateway: {provider: []}",
                "ai_gateway: {enabled: 'yes'}",
                "ai_gateway: {providers: {}}",
                "ai_gateway: {providers: [{type: openai}]}",
                "ai_gateway: {providers: [{name: a b}]}",
                "ai_gateway: {providers: [{name: p, type: opennai}]}",
                "ai_gateway: {providers: [{name: p, type: openai}]}",
                "ai_gateway: {providers: [{name: p, type: anthropic, base_url: 'https://h'}]}",
                "ai_gateway: {providers: [{name: p, type: azure, api_key: k}]}",
                "ai_gateway: {providers: [{name: p, type: vertex, location: global}]}",
                "ai_gateway: {providers: [{name: p, type: gemini}]}",
                "ai_gateway: {providers: [{name: p, base_url: 'https://h/v1/chat/completions'}]}",
                "ai_gateway: {providers: [{name: p, weight: -1}]}",
                "ai_gateway: {providers: [{name: p, weight: '3'}]}",
                "ai_gateway: {providers: [{name: p, priority: 1.5}]}",
                "ai_gateway: {providers: [{name: p, base_url: 'ftp://h'}]}",
                "ai_gateway: {providers: [{name: p, proxy: 'http://h'}]}",
                "ai_gateway: {providers: [{name: p, cost: {input_per_1k: -1}}]}",
                "ai_gateway: {providers: [{name: p, cost: {gpt-4: 1}}]}",
                "ai_gateway: {providers: [{name: p, tls: {cert_file: f}}]}",
                "ai_gateway: {providers: [{name: p, health_check: {interval: 30}}]}",
                "ai_gateway: {providers: [{name: p, simulator: {failure_rate: 2}}]}",
                "ai_gateway: {providers: [{name: p, family: gpt}]}",
                "ai_gateway: {providers: [{name: p, request: {drop: ['a b']}}]}",
                "ai_gateway: {providers: [{name: p, request: {set: {stream: true}}}]}",
                "ai_gateway: {providers: [{name: p, request: {rename: {a: [b]}}}]}",
                "ai_gateway: {routing: {strategy: fastest}}",
                "ai_gateway: {routing: {circuit_breaker: {timeout: 1s}}}",
                "ai_gateway: {routing: {providers: [{name: p, type: openai}]}}",
                "ai_gateway: {routing: {latency: {percentile: 101}}}",
                "ai_gateway: {routing: {failover: {retry_codes: [600]}}}",
                "ai_gateway: {routing: {fallback: {on_error: true}}}",
                "ai_gateway: {server: {api_keys: [{key: k}]}}",
                "ai_gateway: {server: {api_keys: [{name: n, key: k, keys: [j]}]}}",
                "ai_gateway: {server: {api_keys: [{name: n, keys: []}]}}",
                "ai_gateway: {server: {api_keys: [{name: n, hashes: [x]}]}}",
                "ai_gateway: {logging: {format: xml}}",
                "ai_gateway: {state: {type: redis}}",
                "ai_gateway: {state: {url: 'redis://redis'}}",
                "ai_gateway: {state: {type: redis, url: 'redis://me:secret@redis'}}",
                "ai_gateway: {state: {type: redis, url: 'http://redis'}}",
                "ai_gateway: {state: {on_failure: ignore}}",
            })
    void it_refuses(String yaml) {
        assertThat(violations(yaml)).isNotEmpty();
    }

    private static Set<?> violations(String yaml) {
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(SCHEMA);
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return schema.validate(new ObjectMapper().valueToTree(tree));
    }
}
