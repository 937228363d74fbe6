package dev.loom.gateway.provider.anthropic;

import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.anthropic.Model.Feature;
import dev.loom.gateway.provider.anthropic.Model.Thinking;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The Claude models of November 2026. The limits are those of Anthropic's overview of its models, which
 * {@code GET /v1/models} repeats as {@code max_tokens}.
 */
final class Models {

    /** The version whose requests may carry sampling parameters; later ones refuse them. */
    static final String FIRST_VERSION = "2023-06-01";

    private record Row(Pattern name, Model model) {}

    private static final Set<Feature> CLAUDE_3 =
            EnumSet.of(Feature.SAMPLING, Feature.FORCED_TOOL, Feature.PREFILL, Feature.URL_SOURCES);
    private static final Set<Feature> CLAUDE_4_5 = with(CLAUDE_3, Feature.JSON_SCHEMA, Feature.STRICT_TOOLS);
    private static final Set<Feature> CLAUDE_4_6 = EnumSet.complementOf(
            EnumSet.of(Feature.PREFILL, Feature.XHIGH_EFFORT, Feature.SYSTEM_TURNS, Feature.HIDDEN_THOUGHTS));
    private static final Set<Feature> CLAUDE_4_7 =
            EnumSet.complementOf(EnumSet.of(Feature.PREFILL, Feature.SAMPLING, Feature.SYSTEM_TURNS));
    private static final Set<Feature> CLAUDE_5 = with(CLAUDE_4_7, Feature.SYSTEM_TURNS);
    private static final Set<Feature> MYTHOS =
            EnumSet.complementOf(EnumSet.of(Feature.PREFILL, Feature.SAMPLING, Feature.FORCED_TOOL));

    private static final List<Row> ROWS = List.of(
            row("claude-(2|instant).*", 4_096, Thinking.NONE, CLAUDE_3),
            row("claude-3-(opus|sonnet|haiku)", 4_096, Thinking.NONE, CLAUDE_3),
            row("claude-3-5-(sonnet|haiku)(-v2)?", 8_192, Thinking.NONE, CLAUDE_3),
            row("claude-3-7-sonnet", 64_000, Thinking.BUDGET, CLAUDE_3),
            row("claude-opus-4(-0)?", 32_000, Thinking.BUDGET, CLAUDE_3),
            row("claude-sonnet-4(-0)?", 64_000, Thinking.BUDGET, CLAUDE_3),
            row("claude-opus-4-1", 32_000, Thinking.BUDGET, CLAUDE_4_5),
            row("claude-(opus|sonnet|haiku)-4-5", 64_000, Thinking.BUDGET, CLAUDE_4_5),
            row("claude-(opus|sonnet)-4-6", 128_000, Thinking.ADAPTIVE, CLAUDE_4_6),
            row("claude-opus-4-7", 128_000, Thinking.ADAPTIVE, CLAUDE_4_7),
            row("claude-opus-4-8", 128_000, Thinking.ADAPTIVE, CLAUDE_5),
            row("claude-(opus|sonnet|haiku)-5(-.*)?", 128_000, Thinking.ADAPTIVE, CLAUDE_5),
            row("claude-((fable|mythos)-5(-.*)?|mythos-preview)", 128_000, Thinking.ALWAYS, MYTHOS));

    /** A name that this table does not know: asked for nothing that a model of the latest generation would refuse. */
    private static final Model UNKNOWN = new Model(4_096, Integer.MAX_VALUE, Thinking.ADAPTIVE, CLAUDE_4_7);

    /** What Claude on Vertex AI does not offer. */
    private static final Set<Feature> NOT_ON_VERTEX =
            EnumSet.of(Feature.URL_SOURCES, Feature.JSON_SCHEMA, Feature.STRICT_TOOLS, Feature.SYSTEM_TURNS);

    private static final Pattern SUFFIX = Pattern.compile("-(20\\d{6}|latest)$");

    private Models() {}

    /** The model as Anthropic's own API serves it in the provider's version. */
    static Model of(Target target) {
        Model model = of(target.model());
        return target.provider().anthropicVersion().equals(FIRST_VERSION)
                ? model
                : model.without(EnumSet.of(Feature.SAMPLING));
    }

    static Model onVertex(Target target) {
        return of(target.model()).without(NOT_ON_VERTEX);
    }

    private static Model of(String name) {
        String plain = name.substring(name.lastIndexOf('/') + 1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[@.]", "-");
        String family = SUFFIX.matcher(plain).replaceFirst("");
        return ROWS.stream()
                .filter(row -> row.name.matcher(family).matches())
                .findFirst()
                .map(Row::model)
                .orElse(UNKNOWN);
    }

    private static Row row(String name, int tokens, Thinking thinking, Set<Feature> features) {
        return new Row(Pattern.compile(name), new Model(tokens, tokens, thinking, features));
    }

    private static Set<Feature> with(Set<Feature> some, Feature... more) {
        Set<Feature> all = EnumSet.copyOf(some);
        all.addAll(List.of(more));
        return all;
    }
}
