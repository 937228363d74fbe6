package dev.loom.gateway.provider.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.dialects.Dialects;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AzureTest {

    private static final String RESOURCE = "https://res.openai.azure.com";

    private final Azure dialect = new Azure();

    private static ProviderConfig provider(String baseUrl, @Nullable String version) {
        return TestTargets.provider("azure", baseUrl, version, "key-1", Map.of());
    }

    private UpstreamRequest encode(ProviderConfig provider, String deployment) {
        return dialect.encode(TestTargets.plain(), new Target(provider, deployment));
    }

    @Test
    void the_deployment_stands_in_the_url() {
        assertThat(encode(provider(RESOURCE, "2024-10-21"), "my-gpt4").url())
                .isEqualTo(RESOURCE + "/openai/deployments/my-gpt4/chat/completions?api-version=2024-10-21");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/openai", "/openai/v1"})
    void without_a_version_it_stands_in_the_body(String path) {
        UpstreamRequest request = encode(provider(RESOURCE + path, null), "my-gpt4");
        assertThat(request.url()).isEqualTo(RESOURCE + "/openai/v1/chat/completions");
        assertThat(new String(request.body(), UTF_8)).contains("\"model\":\"my-gpt4\"");
        assertThat(encode(provider(RESOURCE + path, "v1"), "d").url()).isEqualTo(request.url());
    }

    @ParameterizedTest
    @CsvSource({
        "../../admin, ..%2F..%2Fadmin",
        "a?b#c, a%3Fb%23c",
        "a b%2f, a%20b%252f",
        "ü, %C3%BC",
        "gpt-5.2_2025~x, gpt-5.2_2025~x"
    })
    void a_deployments_name_cannot_leave_its_segment(String deployment, String expected) {
        assertThat(encode(provider(RESOURCE, "2024-10-21"), deployment).url())
                .isEqualTo(RESOURCE + "/openai/deployments/" + expected + "/chat/completions?api-version=2024-10-21");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", ""})
    void names_that_mean_a_directory_are_refused(String deployment) {
        assertThatThrownBy(() -> encode(provider(RESOURCE, "2024-10-21"), deployment))
                .isInstanceOf(UnsupportedRequest.class);
    }

    @Test
    void the_key_goes_into_its_own_header() {
        assertThat(encode(provider(RESOURCE, "v1"), "d").headers())
                .containsEntry("api-key", "key-1")
                .containsEntry("Content-Type", "application/json")
                .doesNotContainKey("Authorization");
    }

    @ParameterizedTest
    @ValueSource(strings = {"authorization", "API-Key"})
    void users_who_sign_in_otherwise_send_no_key(String header) {
        ProviderConfig provider = TestTargets.provider("azure", RESOURCE, "v1", "key-1", Map.of(header, "own"));
        assertThat(encode(provider, "d").headers()).doesNotContainKey("api-key");
    }

    @Test
    void models_are_listed_in_both_forms() {
        assertThat(dialect.models(provider(RESOURCE, "2024-10-21")).url())
                .isEqualTo(RESOURCE + "/openai/models?api-version=2024-10-21");
        assertThat(dialect.models(provider(RESOURCE, null)).url()).isEqualTo(RESOURCE + "/openai/v1/models");
    }

    @ParameterizedTest
    @CsvSource({
        "2023-07-01-preview, false",
        "2024-02-15-preview, false",
        "2024-06-01, false",
        "2024-08-01-preview, false",
        "2024-09-01-preview, true",
        "2024-10-21, true",
        "2025-04-01-preview, true",
        "v1, true",
        ", true"
    })
    void usage_of_streams_is_requested_only_from_versions_that_support_it(@Nullable String version, boolean asked) {
        Target target = new Target(provider(RESOURCE, version), "d");
        for (boolean byClient : new boolean[] {true, false}) {
            byte[] body =
                    dialect.encode(TestTargets.streaming(byClient), target).body();
            assertThat(new String(body, UTF_8).contains("stream_options")).isEqualTo(asked);
        }
    }

    @Test
    void the_prologue_is_dropped_and_a_missing_delta_filled_in() {
        String tail = ",\"created\":7,\"id\":\"c1\",\"model\":\"m\",\"object\":\"chat.completion.chunk\"}";
        String prologue =
                "{\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\",\"prompt_filter_results\":[]}";
        String noDelta = "{\"choices\":[{\"content_filter_results\":{},\"finish_reason\":null,\"index\":0}]" + tail;
        String text = "{\"choices\":[{\"content_filter_results\":{\"hate\":{\"filtered\":false}},"
                + "\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\",\"index\":0}]" + tail;
        String stream = "data: " + String.join("\n\ndata: ", prologue, noDelta, text, "[DONE]") + "\n\n";
        ChunkDecoder decoder = dialect.stream(TestTargets.streaming(false), new Target(provider(RESOURCE, "v1"), "d"));
        RecordingSink sink = RecordingSink.of(decoder, stream.getBytes(UTF_8));
        assertThat(sink.chunks).hasSize(2);
        assertThat(sink.chunks.get(0)).contains("\"delta\":{\"role\":\"assistant\"}", "\"id\":\"c1\"");
        assertThat(sink.chunks.get(1)).isEqualTo(text);
        assertThat(sink.content).containsExactly(false, true);
    }

    @Test
    void the_simulator_is_called_by_name() {
        ProviderConfig provider = TestTargets.provider("simulator", "", null, null, Map.of());
        UpstreamRequest request = Dialects.of("simulator").encode(TestTargets.plain(), new Target(provider, "n"));
        assertThat(request.url()).isEqualTo("http://simulator.invalid/up");
        assertThat(new String(request.body(), UTF_8)).contains("\"model\":\"n\"");
    }

    @Test
    void dialects_are_found_by_type() {
        assertThat(Dialects.of("openai")).isInstanceOf(OpenAi.class);
        assertThat(Dialects.of("azure")).isInstanceOf(Azure.class);
        assertThatThrownBy(() -> Dialects.of("opnai"))
                .hasMessageContaining("opnai")
                .hasMessageContaining("openai");
    }
}
