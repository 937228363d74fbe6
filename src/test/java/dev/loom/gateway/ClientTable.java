package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which client was seen to do what, as rows of the table in {@code docs/clients.md}. */
final class ClientTable {

    private static final Path PAGE = Path.of("docs/clients.md");

    private static final List<String> FEATURES = List.of(
            "chat", "stream", "tools", "structured output", "embeddings", "error", "429, then an answer", "abort");

    private final Map<String, Set<String>> clients = new LinkedHashMap<>();

    /** @param features such as {@link #FEATURES} has */
    void works(String client, String... features) {
        assertThat(FEATURES).contains(features);
        clients.computeIfAbsent(client, name -> new LinkedHashSet<>()).addAll(List.of(features));
    }

    /** Lines that begin with {@code works: }, then the client, a bar and the features, with bars between them. */
    void read(String output) {
        output.lines().filter(line -> line.startsWith("works: ")).forEach(line -> {
            String[] parts = line.substring("works: ".length()).split(" \\| ", 2);
            works(parts[0], parts[1].split(" \\| "));
        });
    }

    /** The page says of each client what has been seen, no more and no less. */
    void assertTold() throws IOException {
        assertThat(clients).isNotEmpty();
        String rows = clients.keySet().stream().map(this::row).collect(Collectors.joining("\n"));
        List<String> page = Files.readAllLines(PAGE);
        assertThat(page)
                .as("%s has not just these rows:%n%s%n%s", PAGE, head(), rows)
                .contains(head())
                .contains(rows.split("\n"));
    }

    private static String head() {
        return "| client | " + String.join(" | ", FEATURES) + " |";
    }

    private String row(String client) {
        Set<String> seen = clients.get(client);
        return FEATURES.stream()
                .map(feature -> seen.contains(feature) ? "✓" : "")
                .collect(Collectors.joining(" | ", "| " + client + " | ", " |"));
    }
}
