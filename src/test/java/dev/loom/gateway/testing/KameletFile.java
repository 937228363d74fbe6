package dev.loom.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A file in {@code kamelets/}.
 *
 * @param file its name without the directory
 */
public record KameletFile(String file, JsonNode tree) {

    public static final Path DIRECTORY = Path.of("kamelets");

    public static List<KameletFile> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted().map(KameletFile::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KameletFile read(Path path) {
        try {
            return parse(path.getFileName().toString(), Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A tree without anything in it where the text is no YAML. */
    public static KameletFile parse(String file, String text) {
        try {
            Object yaml = new Load(LoadSettings.builder().build()).loadFromString(text);
            return new KameletFile(file, new ObjectMapper().valueToTree(yaml));
        } catch (RuntimeException e) {
            return new KameletFile(file, new ObjectMapper().missingNode());
        }
    }

    public String name() {
        return tree.at("/metadata/name").asText();
    }

    /** source, action or sink. */
    public String type() {
        return tree.at("/metadata/labels").path("camel.apache.org/kamelet.type").asText();
    }

    /** Without the prefix that all of them have. */
    public String annotation(String name) {
        return tree.at("/metadata/annotations").path("camel.apache.org/" + name).asText();
    }

    public JsonNode definition() {
        return tree.at("/spec/definition");
    }

    public JsonNode template() {
        return tree.at("/spec/template");
    }

    /** Each parameter by its name. */
    public Map<String, JsonNode> properties() {
        Map<String, JsonNode> properties = new TreeMap<>();
        definition().path("properties").fields().forEachRemaining(p -> properties.put(p.getKey(), p.getValue()));
        return properties;
    }

    public List<String> required() {
        return texts(definition().path("required"));
    }

    public static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
