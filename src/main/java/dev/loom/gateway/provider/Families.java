package dev.loom.gateway.provider;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RequestConfig;
import dev.loom.gateway.provider.Family.ModelChanges;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The APIs of {@code loom/families.json}, which says of each fact where it comes from. */
final class Families {

    private static final String FILE = "/loom/families.json";

    private static final JsonNode JSON = read();
    private static final Map<String, List<String>> TRACES = traces();
    private static final Set<String> WATCHED = watched(TRACES);
    private static final List<Family> ALL = families();

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

    /** Names of the fields that answers of one API or another leave in a conversation. */
    static Set<String> watched() {
        return WATCHED;
    }

    /** Takes such a field out wherever it may stand. */
    static Change without(String trace) {
        return drop(TRACES.values().stream()
                .flatMap(List::stream)
                .filter(path -> JsonPath.of(path).last().equals(trace))
                .toList());
    }

    private static Change drop(List<String> paths) {
        return new Rules(new RequestConfig(Map.of(), paths, Map.of(), Map.of()));
    }

    private static JsonNode read() {
        try (InputStream in = Families.class.getResourceAsStream(FILE)) {
            return Json.MAPPER.readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, List<String>> traces() {
        Map<String, List<String>> traces = new LinkedHashMap<>();
        JSON.path("traces").properties().forEach(some -> traces.put(some.getKey(), texts(some.getValue())));
        return traces;
    }

    private static Set<String> watched(Map<String, List<String>> traces) {
        return traces.values().stream()
                .flatMap(List::stream)
                .map(path -> JsonPath.of(path).last())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<Family> families() {
        List<Family> families = new ArrayList<>();
        JSON.path("families").forEach(family -> families.add(family(family)));
        return List.copyOf(families);
    }

    private static Family family(JsonNode json) {
        List<ModelChanges> models = new ArrayList<>();
        json.path("models").forEach(some -> models.add(new ModelChanges(anyOf(some.path("names")), changes(some))));
        return new Family(
                json.path("name").asText(),
                texts(json.path("types")),
                json.has("hosts") ? anyOf(json.path("hosts")) : null,
                json.path("usage_in_streams").asBoolean(true),
                json.path("usage_in_streams_since").textValue(),
                changes(json),
                List.copyOf(models));
    }

    private static List<Change> changes(JsonNode json) {
        List<Change> changes = new ArrayList<>();
        List<String> forgotten = new ArrayList<>();
        texts(json.path("forgets")).forEach(name -> forgotten.addAll(Objects.requireNonNull(TRACES.get(name))));
        if (!forgotten.isEmpty()) {
            changes.add(drop(forgotten));
        }
        if (json.has("tool_ids")) {
            JsonNode ids = json.path("tool_ids");
            String letters = ids.path("letters").asText(ToolIds.ANY);
            changes.add(new ToolIds.Form(
                    letters, ids.path("least").asInt(1), ids.path("most").asInt(), false));
        }
        if (json.path("refuses_nulls").asBoolean()) {
            changes.add(new NoNulls());
        }
        if (json.path("wants_reasoning_back").asBoolean()) {
            changes.add(new Echo());
        }
        if (json.has("request")) {
            changes.add(new Rules(request(json.path("request"))));
        }
        return List.copyOf(changes);
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
        return Pattern.compile("(?i)"
                + texts(names).stream()
                        .map(name -> "\\Q" + name.replace("*", "\\E.*\\Q") + "\\E")
                        .collect(Collectors.joining("|")));
    }
}
