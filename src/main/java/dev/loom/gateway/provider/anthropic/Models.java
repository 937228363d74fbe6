package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.anthropic.Model.Feature;
import dev.loom.gateway.provider.anthropic.Model.Thinking;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The Claude models of {@code loom/claude.json}, which says of each where it is known from, and when. */
final class Models {

    /** The version whose requests may carry sampling parameters; later ones refuse them. */
    static final String FIRST_VERSION = "2023-06-01";

    private record Row(Pattern name, Model model) {}

    private static final List<Row> ROWS = rows(ClaudeFile.JSON.path("models"));

    /** A name that the file does not know: asked for nothing that a model of the latest generation would refuse. */
    private static final Model UNKNOWN = model(ClaudeFile.JSON.path("unknown"), Integer.MAX_VALUE);

    private static final Set<Feature> NOT_ON_VERTEX = features(ClaudeFile.JSON.at("/not_on_vertex/can"));
    private static final Pattern SUFFIX = Pattern.compile("-(20\\d{6}|latest)$");

    private Models() {}

    /** The model as Anthropic's own API serves it in the provider's version. */
    static Model of(Target target) {
        Model model = of(target.model());
        Set<Feature> missing = EnumSet.noneOf(Feature.class);
        if (!target.provider().anthropicVersion().equals(FIRST_VERSION)) {
            missing.add(Feature.SAMPLING);
        }
        if (refusesStrict(target)) {
            missing.addAll(EnumSet.of(Feature.STRICT_TOOLS, Feature.JSON_SCHEMA));
        }
        return model.without(missing);
    }

    /** Structured output needs an organisation's consent there, so it is only used where nothing can stand in for it. */
    static Model onVertex(Target target) {
        Model model = of(target.model());
        Set<Feature> missing = EnumSet.copyOf(NOT_ON_VERTEX);
        if (!model.can(Feature.FORCED_TOOL) && !refusesStrict(target)) {
            missing.remove(Feature.JSON_SCHEMA);
        }
        return model.without(missing);
    }

    private static boolean refusesStrict(Target target) {
        return target.quirks().refused().contains(Refusals.STRICT);
    }

    /** With what clouds and proxies write around a name: {@code us.anthropic.claude-opus-4-5-20251101-v1:0}. */
    private static Model of(String name) {
        String plain = name.substring(name.lastIndexOf('/') + 1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("^.*anthropic\\.|-v\\d+:\\d+$", "")
                .replaceAll("[@.]", "-");
        String family = SUFFIX.matcher(plain).replaceFirst("");
        return ROWS.stream()
                .filter(row -> row.name.matcher(family).matches())
                .findFirst()
                .map(Row::model)
                .orElse(UNKNOWN);
    }

    private static List<Row> rows(JsonNode models) {
        List<Row> rows = new ArrayList<>();
        for (JsonNode json : models) {
            Pattern name = Pattern.compile(json.path("name").asText());
            rows.add(new Row(name, model(json, json.path("max_tokens").asInt())));
        }
        return List.copyOf(rows);
    }

    private static Model model(JsonNode json, int limit) {
        Thinking thinking = Thinking.valueOf(json.path("thinking").asText().toUpperCase(Locale.ROOT));
        return new Model(json.path("max_tokens").asInt(), limit, thinking, features(json.path("can")));
    }

    private static Set<Feature> features(JsonNode words) {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        words.forEach(word -> features.add(Feature.valueOf(word.asText().toUpperCase(Locale.ROOT))));
        return features;
    }
}
