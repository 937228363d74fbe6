package dev.loom.gateway.provider;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RequestConfig;
import dev.loom.gateway.provider.Family.ModelRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The APIs of {@code loom/families.json}, which says of each fact where it comes from. */
final class Families {

    private static final String FILE = "/loom/families.json";
    private static final List<Family> ALL = read();

    private Families() {}

    /** That of the configuration, else that of the address. */
    static Family of(ProviderConfig provider) {
        String named = provider.family();
        return ALL.stream()
                .filter(family -> named.equals("auto")
                        ? family.has(provider)
                        : family.name().equals(named))
                .findFirst()
                .orElse(Family.NONE);
    }

    private static List<Family> read() {
        try (InputStream in = Families.class.getResourceAsStream(FILE)) {
            JsonNode json = Json.MAPPER.readTree(Objects.requireNonNull(in));
            List<Family> families = new ArrayList<>();
            json.path("families").forEach(family -> families.add(family(family)));
            return List.copyOf(families);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Family family(JsonNode json) {
        return new Family(
                json.path("name").asText(),
                texts(json.path("types")),
                json.has("hosts") ? anyOf(json.path("hosts")) : null,
                json.path("usage_in_streams").asBoolean(true),
                json.path("usage_in_streams_since").textValue(),
                Rules.of(request(json.path("request"))),
                modelRules(json.path("models")));
    }

    private static List<ModelRules> modelRules(JsonNode models) {
        List<ModelRules> rules = new ArrayList<>();
        models.forEach(
                some -> rules.add(new ModelRules(anyOf(some.path("names")), new Rules(request(some.path("request"))))));
        return List.copyOf(rules);
    }

    private static RequestConfig request(JsonNode json) {
        return new RequestConfig(
                map(json.path("rename")), texts(json.path("drop")), map(json.path("default")), map(json.path("set")));
    }

    private static Map<String, Object> map(JsonNode object) {
        return object.isObject()
                ? Json.MAPPER.convertValue(object, new TypeReference<Map<String, Object>>() {})
                : Map.of();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return List.copyOf(texts);
    }

    /** A star stands for any part of a name. */
    private static Pattern anyOf(JsonNode names) {
        return Pattern.compile(texts(names).stream()
                .map(name -> "\\Q" + name.replace("*", "\\E.*\\Q") + "\\E")
                .collect(Collectors.joining("|")));
    }
}
