package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.config.KeyHash;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client gets a new key while it works, in the three steps of docs/configuration.md. */
class KeyRotationTest {

    @TempDir
    Path directory;

    private final FakeProvider provider = FakeProvider.saying("fine");
    private EditableGateway edited;

    @BeforeEach
    void start() {
        edited = EditableGateway.startUnwatched(directory, config(entry("key", "old")));
    }

    @AfterEach
    void stop() {
        edited.close();
        provider.close();
    }

    private String config(String keys) {
        return TestGateway.providers("", provider) + "token_accounting: {enabled: true}\nserver: {api_keys: [{" + keys
                + ", name: ann, rate_limit: {requests_per_minute: 4}}, {key: of-bob, name: bob}]}\n";
    }

    private static String entry(String form, String... keys) {
        return form + ": " + (form.endsWith("s") ? "[" + String.join(", ", keys) + "]" : keys[0]);
    }

    private static String hash(String key) {
        return "'sha256:salt-of-" + key + ":" + KeyHash.of("salt-of-" + key, key.getBytes(StandardCharsets.UTF_8))
                + "'";
    }

    private String reload(String keys) {
        edited.configure(config(keys));
        HttpResponse<String> response = edited.gateway()
                .send(HttpRequest.newBuilder(URI.create(edited.gateway().adminUrl() + "/ai/config/reload"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private int ask(String key) {
        return edited.gateway()
                .chat(chat("gpt-4", false), "Authorization", "Bearer " + key)
                .statusCode();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void both_keys_are_one_client_whose_usage_and_limits_count_together(boolean hashed) {
        assertThat(ask("old")).isEqualTo(200);
        String both = hashed ? entry("hashes", hash("old"), hash("new")) : entry("keys", "old", "new");
        assertThat(reload(both)).contains("server.api_keys.ann.").doesNotContain("salt-of");

        try (CapturedLog log = new CapturedLog()) {
            assertThat(ask("new")).isEqualTo(200);
            assertThat(ask("old")).isEqualTo(200);
            assertThat(log.messages())
                    .filteredOn(line -> line.contains("client=ann"))
                    .hasSize(2);
        }
        reload(hashed ? entry("hash", hash("new")) : entry("key", "new"));
        assertThat(ask("old")).isEqualTo(401);
        assertThat(ask("new")).isEqualTo(200);
        assertThat(ask("new")).as("the fifth request of the minute").isEqualTo(429);
        assertThat(ask("of-bob")).isEqualTo(200);
        await().until(() -> edited.gateway()
                        .admin("/ai/usage?key=ann")
                        .at("/usage/requests")
                        .asInt()
                == 4);
    }
}
