package dev.loom.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.ProviderSettings;
import dev.loom.gateway.testing.Records;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FamiliesTest {

    /** What says which API it is, and is no fact about it. */
    private static final Set<String> NAMING = Set.of("name", "types", "hosts", "sources");

    static ProviderConfig provider(String type, String baseUrl, @Nullable String version) {
        return TestTargets.provider(type, baseUrl, version, "k", Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "openai, https://api.openai.com/v1, openai",
        "openai, https://eu.api.openai.com/v1, openai",
        "openai, https://api.mistral.ai/v1, mistral",
        "openai, https://api.deepseek.com, deepseek",
        "openai, https://api.groq.com/openai/v1, groq",
        "openai, https://adb-1.azuredatabricks.net/serving-endpoints, databricks",
        "openai, https://integrate.api.nvidia.com/v1, nvidia",
        "openai, https://api.mistral.ai.example/v1, none",
        "openai, http://127.0.0.1:8000/v1, none",
        "azure, https://res.openai.azure.com, azure",
        "anthropic, https://api.mistral.ai, none",
        "simulator, '', none"
    })
    void a_family_is_known_by_type_and_host(String type, String baseUrl, String family) {
        assertThat(Quirks.of(provider(type, baseUrl, null)).family().name()).isEqualTo(family);
    }

    @Test
    void a_family_may_be_named_or_denied() {
        ProviderConfig server = provider("openai", "http://127.0.0.1:8000/v1", null);
        assertThat(Quirks.of(Records.with(server, "family", "mistral")).family().name())
                .isEqualTo("mistral");
        ProviderConfig mistral = provider("openai", "https://api.mistral.ai/v1", null);
        assertThat(Quirks.of(Records.with(mistral, "family", "none")).family().name())
                .isEqualTo("none");
    }

    /** What stands in the file may be named in the configuration, and nothing else but these two words. */
    @Test
    void the_configuration_knows_the_families_by_name() throws IOException {
        JsonNode schema = Json.MAPPER.readTree(getClass().getResourceAsStream("/schema/ai-gateway.schema.json"));
        Set<String> allowed = new TreeSet<>();
        schema.at("/properties/ai_gateway/properties/providers/items/properties/family/anyOf/0/enum")
                .forEach(name -> allowed.add(name.asText()));
        Set<String> known = new TreeSet<>(Set.of("auto", "none"));
        for (JsonNode family : file().path("families")) {
            known.add(family.path("name").asText());
        }
        assertThat(allowed).isEqualTo(known);
        for (String name : known) {
            ProviderSettings settings = new ProviderSettings("p");
            settings.set("type", "simulator");
            settings.set("family", name);
            assertThat(catchThrowable(settings::read)).as(name).isNull();
        }
    }

    private static JsonNode file() throws IOException {
        return Json.MAPPER.readTree(FamiliesTest.class.getResourceAsStream("/loom/families.json"));
    }

    @Test
    void every_fact_has_a_source_and_a_date() throws IOException {
        JsonNode file = file();
        assertThat(LocalDate.parse(file.path("as_of").asText())).isAfter("2026-01-01");
        for (JsonNode family : file.path("families")) {
            Set<String> facts = new TreeSet<>();
            family.fieldNames().forEachRemaining(facts::add);
            facts.removeAll(NAMING);
            Set<String> sourced = new TreeSet<>();
            family.path("sources").fieldNames().forEachRemaining(sourced::add);
            assertThat(sourced).as(family.path("name").asText()).isEqualTo(facts);
        }
    }
}
