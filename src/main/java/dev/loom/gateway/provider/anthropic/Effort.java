package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.anthropic.Model.Feature;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code reasoning_effort} as the thinking that the model knows: an effort, or a budget of tokens. */
final class Effort {

    private static final String NONE = "none";

    /** The least that the API takes. */
    private static final int LEAST_BUDGET = 1_024;

    /** Tokens of thinking, from the least to 32k: for more than that Anthropic advises batches instead of waiting. */
    private static final Map<String, Integer> BUDGETS = Map.of(
            "minimal", LEAST_BUDGET, "low", 2_048, "medium", 8_192, "high", 16_384, "xhigh", 24_576, "max", 32_768);

    private final Model model;
    private final @Nullable String effort;

    /**
     * @param effort one of OpenAI's words, or null where the client sets none
     * @throws UnsupportedRequest if it is no such word
     */
    Effort(Model model, @Nullable String effort) {
        this.model = model;
        this.effort = effort;
        if (effort != null && !effort.equals(NONE) && !BUDGETS.containsKey(effort)) {
            throw Unsupported.refusal("the effort '" + effort + "'", "reasoning_effort");
        }
    }

    /**
     * Adds the fields and makes room for a budget in {@code max_tokens}, which counts thinking too.
     *
     * @param out with {@code max_tokens}
     * @param possible false where this conversation excludes thinking; an effort is still said
     * @param limit the most tokens that {@code max_tokens} may ask for
     * @return true if the model thinks, which excludes sampling parameters
     */
    boolean addTo(ObjectNode out, boolean possible, int limit) {
        if (effort == null) {
            return false;
        }
        return switch (model.thinking()) {
            case NONE -> false;
            case BUDGET -> possible && addBudget(out, BUDGETS.getOrDefault(effort, 0), limit);
            case ADAPTIVE -> adapt(out, effort, possible, "disabled");
            case BETWEEN_TOOLS -> adapt(out, effort, possible, "between_tools");
            case ALWAYS -> show(out, effort);
        };
    }

    /** @param off the type of thinking that is the least */
    private boolean adapt(ObjectNode out, String word, boolean possible, String off) {
        boolean thinks = possible && !word.equals(NONE);
        out.set("thinking", thinks ? shown() : Json.object().put("type", off));
        if (!word.equals(NONE)) {
            addEffort(out, thinks ? word : unthinking(word));
        }
        return thinks;
    }

    /** The API's own advice where thinking is off: effort high or below. */
    private String unthinking(String word) {
        boolean top = word.equals("xhigh") || word.equals("max");
        return top && !model.can(Feature.TOP_EFFORT_UNTHINKING) ? "high" : word;
    }

    /** Such a model thinks unasked. */
    private boolean show(ObjectNode out, String word) {
        if (word.equals(NONE)) {
            addEffort(out, "low");
        } else {
            out.set("thinking", shown());
            addEffort(out, word);
        }
        return true;
    }

    /** Whoever asks for an effort gets the thoughts to read, too; newer models hide them otherwise. */
    private ObjectNode shown() {
        ObjectNode thinking = Json.object().put("type", "adaptive");
        return model.can(Feature.HIDDEN_THOUGHTS) ? thinking.put("display", "summarized") : thinking;
    }

    private void addEffort(ObjectNode out, String word) {
        out.withObject("/output_config").put("effort", anthropicWord(word));
    }

    private String anthropicWord(String word) {
        return switch (word) {
            case "minimal" -> "low";
            case "xhigh" -> model.can(Feature.XHIGH_EFFORT) ? "xhigh" : "max";
            default -> word;
        };
    }

    /**
     * The answer keeps what the client asked for as far as the limit allows, and at least half of the limit, or what the least
     * budget leaves of it.
     */
    private static boolean addBudget(ObjectNode out, int wanted, int limit) {
        int asked = out.path("max_tokens").asInt();
        int least = Math.min(LEAST_BUDGET, limit - 1);
        int budget = Math.min(wanted, Math.max(limit - Math.min(asked, limit / 2), least));
        if (budget < LEAST_BUDGET || asked == 0) {
            return false;
        }
        out.put("max_tokens", Math.min(asked + budget, limit));
        out.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
        return true;
    }
}
