package dev.loom.gateway.camel.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.KameletFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/kamelets.md} has every Kamelet with every parameter. They are public: whoever changes one changes the page. */
class KameletDocsTest {

    @Test
    void the_page_has_every_parameter_as_the_files_have_it() throws IOException {
        String page = Files.readString(Path.of("docs/kamelets.md"));
        List<String> tables = new ArrayList<>();
        for (KameletFile kamelet : KameletFile.all()) {
            String table = table(kamelet);
            tables.add(kamelet.name());
            assertThat(page)
                    .as("the table of " + kamelet.name() + " should be\n" + table)
                    .contains(table);
        }
        assertThat(page.lines().filter(line -> line.startsWith("## `")).map(line -> line.replaceAll("[# `]", "")))
                .containsExactlyInAnyOrderElementsOf(tables);
    }

    private static String table(KameletFile kamelet) {
        StringBuilder table = new StringBuilder("| parameter | type | default | |\n|---|---|---|---|\n");
        kamelet.definition().path("properties").fields().forEachRemaining(entry -> table.append("| `")
                .append(entry.getKey())
                .append("` | ")
                .append(type(entry.getValue()))
                .append(" | ")
                .append(fallback(kamelet, entry.getKey(), entry.getValue()))
                .append(" | ")
                .append(entry.getValue().path("description").asText())
                .append(" |\n"));
        return table.toString();
    }

    private static String type(JsonNode property) {
        if (property.has("enum")) {
            return String.join(", ", KameletFile.texts(property.path("enum")));
        }
        return property.path("format").asText(property.path("type").asText());
    }

    private static String fallback(KameletFile kamelet, String name, JsonNode property) {
        String fallback = property.path("default").asText();
        return kamelet.required().contains(name) ? "required" : fallback.isEmpty() ? "" : "`" + fallback + "`";
    }
}
