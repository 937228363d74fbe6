package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CommandBlock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code server.api_keys} and {@code server.api_keys_file}. */
@NullUnmarked
class ClientKeysTest {

    private static final String PROVIDER =
            "ai_gateway:\n  providers: [{name: one, type: simulator, models: [gpt-4, claude-3-opus, 'llama*']}]\n";
    private static final String OTHER =
            "sha256:salt-of-new:" + KeyHash.of("salt-of-new", "new-of-ann".getBytes(StandardCharsets.UTF_8));
    private static final String HASH =
            "sha256:salt-of-ann:" + KeyHash.of("salt-of-ann", "key-of-ann".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path directory;

    private static String with(String server) {
        return PROVIDER + server.indent(2);
    }

    private List<String> errors(String server) {
        return ConfigFiles.in(directory).errors(with(server));
    }

    private ServerConfig server(String server) {
        return ConfigFiles.in(directory).load(with(server)).config().server();
    }

    @Test
    void the_same_key_twice_is_an_error_that_names_the_other_entry_and_never_the_key() {
        assertThat(
                        errors(
                                """
                        server:
                          api_keys:
                            - {key: k-1, name: ann}
                            - {key: k-2, name: bob}
                            - {key: k-1, name: eve, models: [gpt-4]}
                        """))
                .containsExactly(
                        "1.yaml:7:15  ai_gateway.server.api_keys[2].key  is the same key as that of \"ann\"; a key"
                                + " has one entry");
    }

    @Test
    void the_commands_of_the_page_make_a_key_and_its_hash() throws Exception {
        List<String> made = CommandBlock.named("docs/configuration.md", "hash")
                .run(directory, script -> script)
                .lines()
                .toList();
        String key = made.get(0).replace("The client's key: ", "");
        assertThat(errors("server:\n  api_keys:\n  - {name: eve, key: " + key + "}\n" + made.get(1) + "\n"))
                .singleElement()
                .asString()
                .endsWith("is the same key as that of \"eve\"; a key has one entry");
    }

    @Test
    void a_key_and_its_own_hash_are_the_same_key() {
        assertThat(errors("server: {api_keys: [{key: key-of-ann, name: ann}, {hash: '" + HASH + "', name: eve}]}\n"))
                .singleElement()
                .asString()
                .contains("ai_gateway.server.api_keys[1].hash  is the same key as that of \"ann\"");
        assertThat(errors("server: {api_keys: [{hash: '" + HASH + "', name: eve}, {key: key-of-ann, name: ann}]}\n"))
                .singleElement()
                .asString()
                .contains("ai_gateway.server.api_keys[1].key  is the same key as that of \"eve\"");
    }

    @Test
    void two_keys_of_one_name_are_an_error() {
        assertThat(errors("server:\n  api_keys:\n    - {key: k-1, name: ann}\n    - {key: k-2, name: ann}\n"))
                .containsExactly(
                        "1.yaml:6:26  ai_gateway.server.api_keys[1].name  duplicate name of a client key \"ann\";"
                                + " the first is in line 5; for several keys of one client write one entry with"
                                + " keys: [...]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann ", " ann", "  ann  "})
    void names_that_differ_by_blanks_alone_are_one_name(String name) {
        assertThat(errors("server: {api_keys: [{key: k-1, name: ann}, {key: k-2, name: '" + name + "'}]}\n"))
                .singleElement()
                .asString()
                .contains("api_keys[1].name  duplicate name of a client key \"ann\"");
    }

    @Test
    void a_provider_s_key_has_no_blanks_around_it_either() {
        assertThat(ConfigFiles.in(directory).errors(PROVIDER.replace("type: simulator", "type: openai, api_key: 'k '")))
                .singleElement()
                .asString()
                .endsWith(".api_key  must not begin or end with a blank, which no request keeps");
    }

    @Test
    void an_entry_has_a_key_or_a_hash() {
        assertThat(errors("server: {api_keys: [{key: k, hash: '" + HASH + "', name: ann}]}\n"))
                .singleElement()
                .asString()
                .endsWith("api_keys[0].key  cannot be used together with hash; keep one of them");
    }

    @Test
    void a_client_may_have_an_old_and_a_new_key() {
        ServerConfig.ApiKey ann = server("server: {api_keys: [{keys: [old, new], name: ann}]}\n")
                .apiKeys()
                .get(0);
        assertThat(ann.allKeys()).containsExactly(new Secret("old"), new Secret("new"));
        assertThat(ann.allHashes()).isEmpty();
        ServerConfig.ApiKey eve = server(
                        "server: {api_keys: [{hashes: ['" + HASH + "', '" + OTHER + "'], name: eve}]}\n")
                .apiKeys()
                .get(0);
        assertThat(eve.allKeys()).isEmpty();
        assertThat(eve.allHashes()).hasSize(2);
        assertThat(ConfigFiles.in(directory)
                        .load(with("server: {api_keys: [{keys: [s3cret-1, s3cret-2], name: ann}]}\n"))
                        .effective()
                        .toString())
                .contains("keys=[***, ***]")
                .doesNotContain("s3cret", "key=***", "hash=", "hashes=");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{key: a, keys: [b], name: n} | .key  cannot be used together with keys; keep one of them",
                "{keys: [b], hash: H, name: n} | .keys  cannot be used together with hash; keep one of them",
                "{keys: [b], hashes: [H], name: n} | .keys  cannot be used together with hashes; keep one of them",
                "{hash: H, hashes: [O], name: n} | .hash  cannot be used together with hashes; keep one of them",
                "{name: n} | .key  is required, or keys, hash or hashes in its place",
                "{keys: [], name: n} | .keys  must have at least one entry",
                "{hashes: [], name: n} | .hashes  must have at least one entry",
                "{keys: [a, b, a], name: n} | .keys[2]  is a key that stands here already",
                "{hashes: [H, H], name: n} | .hashes[1]  is a key that stands here already",
                "{hashes: [H, x], name: n} | .hashes[1]  must be sha256:<salt of 8 to 64 characters>:<64 hexadecimal"
                        + " digits>; the salt has no colon",
                "{keys: [a, ''], name: n} | .keys[1]  must be a key, not empty",
                "{key: ' k', name: n} | .key  must not begin or end with a blank, which no request keeps",
                "{keys: [a, \"k\\t\"], name: n} | .keys[1]  must not contain line breaks or control characters",
                "{keys: a, name: n} | .keys  must be a list, not text; put [ ] around it",
                "{key: [a, b], name: n} | .key  must be a single value, not a list; for several write" + " keys: [...]",
                "{hash: [H, O], name: n} | .hash  must be a single value, not a list; for several write"
                        + " hashes: [...]",
            })
    void what_is_wrong_with_several_keys_is_told(String entry, String expected) {
        assertThat(errors("server: {api_keys: ["
                        + entry.replace("H", "'" + HASH + "'").replace("O", "'" + OTHER + "'") + "]}\n"))
                .singleElement()
                .asString()
                .endsWith("ai_gateway.server.api_keys[0]" + expected);
    }

    @Test
    void one_of_several_keys_belongs_to_one_client_only() {
        assertThat(errors("server: {api_keys: [{keys: [old, key-of-ann], name: ann}, {hashes: ['" + OTHER + "', '"
                        + HASH + "'], name: eve}, {key: old, name: bob}]}\n"))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .endsWith("api_keys[1].hashes[1]  is the same key as that of \"ann\"; a key has one"
                                        + " entry"),
                        problem -> assertThat(problem)
                                .endsWith("api_keys[2].key  is the same key as that of \"ann\"; a key has one entry"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key-of-ann",
                "md5:salt-of-ann:0123456789abcdef0123456789abcdef",
                "sha256:short:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "sha256:salt-of-ann:0123",
                "sha256::0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void another_hash_is_an_error_that_does_not_repeat_it(String hash) {
        assertThat(errors("server: {api_keys: [{hash: '" + hash + "', name: ann}]}\n"))
                .singleElement()
                .asString()
                .contains("api_keys[0].hash  must be sha256:<salt")
                .doesNotContain("ann:", "0123456789");
    }

    @Test
    void a_model_that_nobody_serves_is_a_warning() {
        assertThat(
                        ConfigFiles.in(directory)
                                .warnings(
                                        with(
                                                """
                        server:
                          api_keys:
                            - {key: k-1, name: ann, models: [gpt-4, claude-3-opus-20240229, llama-3, 'gpt*', 'll*']}
                            - {key: k-2, name: bob, models: [gtp-4, 'o*']}
                        """)))
                .filteredOn(warning -> warning.contains("api_keys"))
                .containsExactly(
                        "1.yaml:6:9  ai_gateway.server.api_keys[1]  the client key \"bob\" may use the model"
                                + " \"gtp-4\", which no provider serves",
                        "1.yaml:6:9  ai_gateway.server.api_keys[1]  the client key \"bob\" may use the model \"o*\","
                                + " which no provider serves");
    }

    @Test
    void where_a_provider_serves_any_model_there_is_nothing_to_warn_of() {
        String any = PROVIDER.replace(
                "models:",
                "enabled: true}, {name: two, type: simulator}, {name: x, enabled: false, type: simulator, models:");
        assertThat(ConfigFiles.in(directory)
                        .warnings(any + "  server: {api_keys: [{key: k-1, name: ann, models: [none]}]}\n"))
                .noneMatch(warning -> warning.contains("api_keys"));
    }

    private String file(String text) {
        return "server:\n  api_keys: [{key: k-1, name: inline}]\n  api_keys_file: "
                + ConfigFiles.in(directory).write("keys.yaml", text) + "\n";
    }

    @Test
    void a_file_of_keys_stands_beside_those_of_the_configuration_and_is_watched_with_it() {
        String yaml = with(file("api_keys:\n  - {name: ann, hash: '" + HASH + "', models: [gpt-4],"
                + " rate_limit: {requests_per_minute: 3}}\n"));
        LoadedConfig loaded = ConfigFiles.in(directory).load(yaml);
        ServerConfig.ApiKey ann = loaded.config().server().apiKeys().get(1);
        assertThat(ann.name()).isEqualTo("ann");
        assertThat(ann.key()).isNull();
        assertThat(ann.models()).containsExactly("gpt-4");
        assertThat(ann.rateLimit().requestsPerMinute()).isEqualTo(3);
        assertThat(loaded.files()).containsExactly(directory.resolve("1.yaml"), directory.resolve("keys.yaml"));
        assertThat(loaded.effective().toString()).contains("hash=***").doesNotContain("salt-of-ann");
    }

    @Test
    void what_is_wrong_in_the_file_is_told_with_its_place_there() {
        assertThat(errors(file(
                        "api_keys:\n  - {name: inline, hash: '" + HASH + "'}\n  - {name: bob, hash: x, zzz: 1}\n")))
                .satisfiesExactly(
                        problem -> assertThat(problem).startsWith("keys.yaml:2:12  api_keys[0].name  duplicate name"),
                        problem -> assertThat(problem).startsWith("keys.yaml:3:23  api_keys[1].hash  must be sha256:"),
                        problem -> assertThat(problem).startsWith("keys.yaml:3:26  api_keys[1].zzz  unknown key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "api_keys: []", "api_keys:", "[]", "keys: [{name: ann}]"})
    void a_file_without_keys_is_an_error_since_nobody_would_be_asked_for_one(String text) {
        assertThat(errors(file(text)))
                .anyMatch(problem -> problem.contains(
                        "this file must hold a map with the key api_keys and at least one entry there"));
    }

    @Test
    void a_file_that_is_not_there_is_an_error() {
        assertThat(errors("server: {api_keys_file: " + directory.resolve("none.yaml") + "}\n"))
                .anyMatch(problem -> problem.contains("none.yaml"));
    }

    @Test
    void a_key_itself_does_not_stand_in_the_file() {
        assertThat(errors(file("api_keys:\n  - {name: ann, key: key-of-ann}\n")))
                .anyMatch(problem ->
                        problem.equals("keys.yaml:2:22  api_keys[0].key  write the hash of the key here, not the key"));
        assertThat(errors(file("api_keys:\n  - {name: ann, keys: [key-of-ann]}\n")))
                .anyMatch(
                        problem -> problem.equals(
                                "keys.yaml:2:23  api_keys[0].keys  write the hashes of the keys here, as hashes, not the keys"));
    }

    @Test
    void several_hashes_of_one_client_stand_in_the_file() {
        assertThat(server(file("api_keys:\n  - name: ann\n    hashes:\n    - " + HASH + "\n    - " + OTHER + "\n"))
                        .apiKeys()
                        .get(1)
                        .allHashes())
                .hasSize(2);
    }

    /** As docs/configuration.md makes it. */
    @Test
    void a_shell_makes_the_same_hash() throws Exception {
        String command = "printf %s \"$salt$key\" | sha256sum | cut -d ' ' -f 1";
        assertThat(Files.readString(Path.of("docs/configuration.md"))).contains(command);
        ProcessBuilder made = new ProcessBuilder("sh", "-c", command);
        made.environment().putAll(Map.of("salt", "salt-of-ann", "key", "key-of-ann"));
        String hash = new String(made.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        assertThat("sha256:salt-of-ann:" + hash).isEqualTo(HASH);
    }

    @Test
    void the_query_of_a_url_is_not_shown() {
        String yaml = PROVIDER.replace(
                "models:",
                "health_check: {endpoint: '/health?token=s3cret'}, base_url: 'http://h.example/v1', models:");
        assertThat(ConfigFiles.in(directory).load(yaml).effective().toString())
                .contains("/health?***", "http://h.example/v1")
                .doesNotContain("s3cret");
        String url = yaml.replace("'/health?", "'https://h.example/health?a=b&");
        assertThat(ConfigFiles.in(directory).load(url).effective().toString())
                .contains("https://h.example/health?***")
                .doesNotContain("s3cret");
        String called =
                """
                token_accounting:
                  jwt: {jwks_url: 'https://i.example/keys?token=s3cret'}
                  webhooks: [{url: 'https://h.example/hook?token=s3cret'}]
                """;
        assertThat(ConfigFiles.in(directory).load(with(called)).effective().toString())
                .contains("https://i.example/keys?***", "https://h.example/***")
                .doesNotContain("s3cret");
    }
}
