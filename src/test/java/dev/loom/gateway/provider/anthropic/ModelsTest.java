package dev.loom.gateway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.anthropic.Model.Feature;
import java.io.IOException;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of models, and how a name finds its model in it. */
class ModelsTest {

    private static JsonNode file() throws IOException {
        return Json.MAPPER.readTree(ModelsTest.class.getResourceAsStream("/loom/claude.json"));
    }

    @Test
    void every_model_has_its_sources_and_the_file_its_date() throws IOException {
        assertThat(LocalDate.parse(file().path("as_of").asText())).isAfter("2026-01-01");
        for (JsonNode model : file().path("models")) {
            assertThat(model.path("sources")).as(model.path("name").asText()).isNotEmpty();
            assertThat(model.path("max_tokens").asInt()).isPositive();
        }
        assertThat(file().at("/strict/sources")).isNotEmpty();
        assertThat(file().at("/not_on_vertex/sources")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "claude-3-opus-20240229, 4096, NONE",
        "claude-3-5-sonnet-latest, 8192, NONE",
        "claude-opus-4-5@20251101, 64000, BUDGET",
        "anthropic/claude-opus-4.6, 128000, ADAPTIVE",
        "claude-opus-5, 128000, ADAPTIVE",
        "claude-opus-5-5, 128000, ALWAYS",
        "claude-opus-5-5@20260922, 128000, ALWAYS",
        "claude-sonnet-5-5, 128000, BETWEEN_TOOLS",
        "claude-haiku-5-5, 128000, ADAPTIVE",
        "claude-fable-5-1, 128000, ALWAYS",
        "claude-opus-6, 4096, ALWAYS"
    })
    void a_model_is_found_by_its_name_with_any_date(String name, int tokens, Model.Thinking thinking) {
        Model model = Models.of(Claude.target(name));
        assertThat(model.defaultTokens()).isEqualTo(tokens);
        assertThat(model.thinking()).isEqualTo(thinking);
    }

    @Test
    void on_vertex_a_schema_is_used_only_where_no_tool_can_be_forced() {
        assertThat(Models.onVertex(Claude.target("claude-opus-5")).can(Feature.JSON_SCHEMA))
                .isFalse();
        assertThat(Models.onVertex(Claude.target("claude-opus-5-5")).can(Feature.JSON_SCHEMA))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-opus-5-5", "claude-sonnet-5-5", "claude-opus-4-7"})
    void what_newer_models_refuse_they_are_not_sent(String name) {
        Model model = Models.of(Claude.target(name));
        assertThat(model.can(Feature.SAMPLING)).isFalse();
        assertThat(model.can(Feature.PREFILL)).isFalse();
    }
}
