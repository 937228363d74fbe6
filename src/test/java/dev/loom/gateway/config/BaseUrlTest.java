package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of {@code base_url}, by type. */
@NullUnmarked
class BaseUrlTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "openai, , https://api.openai.com/v1",
        "openai, http://localhost:8000, http://localhost:8000/v1",
        "openai, http://localhost:8000/, http://localhost:8000/v1",
        "openai, http://localhost:8000/v1/, http://localhost:8000/v1",
        "openai, https://example.com/api//, https://example.com/api",
        "anthropic, , https://api.anthropic.com",
        "anthropic, https://example.com/v1, https://example.com",
        "anthropic, https://example.com/claude/v1/, https://example.com/claude",
        "azure, https://r.openai.azure.com/, https://r.openai.azure.com",
        "vertex, http://localhost:9, http://localhost:9",
        "gemini, , https://generativelanguage.googleapis.com/v1beta",
        "simulator, , ",
        "bean:mine, https://example.com/, https://example.com",
    })
    void defaults_and_slashes(String type, String written, String effective) {
        assertThat(provider(type, written, "us-east1").baseUrl()).isEqualTo(effective);
    }

    @ParameterizedTest
    @CsvSource({
        "global, https://aiplatform.googleapis.com",
        "us, https://aiplatform.us.rep.googleapis.com",
        "eu, https://aiplatform.eu.rep.googleapis.com",
        "europe-west4, https://europe-west4-aiplatform.googleapis.com",
    })
    void the_host_of_a_location(String location, String effective) {
        assertThat(provider("vertex", null, location).baseUrl()).isEqualTo(effective);
    }

    private ProviderConfig provider(String type, String baseUrl, String location) {
        String text =
                """
                ai_gateway:
                  providers:
                    - name: p
                      type: %s
                      api_key: ${KEY}
                      project_id: id
                      location: %s
                      base_url: %s
                """;
        String url = baseUrl == null ? "" : baseUrl;
        return ConfigFiles.in(directory)
                .load(text.formatted(type, location, url))
                .config()
                .providers()
                .get(0);
    }
}
