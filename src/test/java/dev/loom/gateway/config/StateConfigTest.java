package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The key {@code state}. */
@NullUnmarked
class StateConfigTest {

    private static final String PROVIDER = "ai_gateway:\n  providers: [{name: sim, type: simulator}]\n";

    @TempDir
    Path directory;

    @Test
    void without_it_each_instance_counts_for_itself() {
        StateConfig state = load(PROVIDER).config().state();

        assertThat(state).isEqualTo(StateConfig.MEMORY);
        assertThat(state.isShared()).isFalse();
        assertThat(state.keyPrefix()).isEqualTo("loom:");
        assertThat(state.timeout()).isEqualTo(Duration.ofMillis(50));
        assertThat(state.refuses()).isFalse();
    }

    @Test
    void every_key_is_read() {
        StateConfig state = load(PROVIDER
                        + """
                  state:
                    type: redis
                    url: rediss://me@redis:6380/2
                    password: very-secret
                    key_prefix: "east:"
                    timeout: 20ms
                    on_failure: refuse
                    tls: {insecure: true}
                """)
                .config()
                .state();

        assertThat(state.isShared()).isTrue();
        assertThat(state.url()).isEqualTo("rediss://me@redis:6380/2");
        assertThat(state.password()).isEqualTo(new Secret("very-secret"));
        assertThat(state.keyPrefix()).isEqualTo("east:");
        assertThat(state.timeout()).isEqualTo(Duration.ofMillis(20));
        assertThat(state.refuses()).isTrue();
        assertThat(Objects.requireNonNull(state.tls()).insecure()).isTrue();
    }

    @Test
    void the_password_is_shown_nowhere() {
        LoadedConfig loaded = load(state("type: redis, url: 'redis://redis', password: very-secret"));

        assertThat(loaded.effective().toString()).contains("password=***").doesNotContain("very-secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://redis",
                "redis://redis:6379",
                "redis://[::1]:6379/3",
                "rediss://redis",
                "redis-sentinel://a:26379,b,c:26380/1#main",
                "redis://a:7000,b:7001"
            })
    void these_addresses_are_read(String url) {
        assertThat(load(state("type: redis, url: '" + url + "'"))
                        .config()
                        .state()
                        .url())
                .isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            type: redis                                  | state.url  is required with type redis, such as
            url: 'redis://redis'                         | state.type  is required beside url: type: redis
            type: reddis, url: 'redis://r'               | state.type  must be one of memory, redis, not "reddis"; did you mean redis?
            type: redis, url: 'http://redis'             | state.url  must have the form redis://host:port
            type: redis, url: 'redis://'                 | state.url  must have the form redis://host:port
            type: redis, url: 'redis://u:hush@r'         | state.url  must not contain a password; put it under password
            type: redis, url: 'redis://:hush@r'          | state.url  must not contain a password; put it under password
            type: redis, url: 'redis://:hu/sh@r'         | state.url  must have the form redis://host:port
            type: redis, url: 'redis://hush@r'           | state.url  names a user, which needs a password
            type: redis, url: 'redis-sentinel://r'       | state.url  must end in # and the master's name
            type: redis, url: 'redis://r', timeout: 0ms  | state.timeout  must be longer than "0ms"
            type: redis, url: 'redis://r', timeout: 50   | state.timeout  must be a duration
            key_prefix: 'a b'                            | state.key_prefix  must be at most 100 characters without
            on_failure: ignore                           | state.on_failure  must be one of local, refuse, not "ignore"
            tls: {cert_file: pom.xml}                    | state.tls.key_file  is required with cert_file
            urll: x                                      | state.urll  unknown key; did you mean url?
            """)
    void mistakes_are_named_with_their_place(String state, String error) {
        assertThat(ConfigFiles.in(directory).errors(state(state)))
                .anySatisfy(line -> assertThat(line).startsWith("1.yaml:3:").contains("ai_gateway." + error))
                .noneSatisfy(line -> assertThat(line).contains("hush"));
    }

    private static String state(String keys) {
        return PROVIDER + "  state: {" + keys + "}\n";
    }

    private LoadedConfig load(String yaml) {
        return ConfigFiles.in(directory).load(yaml);
    }
}
