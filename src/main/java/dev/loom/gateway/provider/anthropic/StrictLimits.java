package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much the API enforces in one request: so many tools, so many optional parameters and so many parameters of more
 * than one type, over all that is strict. It refuses more, so the schemas that cost most are sent without.
 */
final class StrictLimits {

    private static final Logger LOG = LoggerFactory.getLogger("dev.loom.gateway.translation");

    private static final int TOOLS = limit("tools");
    private static final Cost MOST = new Cost(limit("optional"), limit("unions"));

    private StrictLimits() {}

    private static int limit(String what) {
        return ClaudeFile.JSON.path("strict").path(what).asInt();
    }

    /** @param unions parameters of several types, null among them */
    private record Cost(int optional, int unions) {

        static Cost of(JsonNode schema) {
            int optional = 0;
            JsonNode required = schema.path("required");
            Set<String> names = new HashSet<>();
            required.forEach(name -> names.add(name.asText()));
            for (var property : schema.path("properties").properties()) {
                optional += names.contains(property.getKey()) ? 0 : 1;
            }
            boolean union = schema.path("type").isArray() || schema.has("anyOf") || schema.has("oneOf");
            Cost cost = new Cost(optional, union ? 1 : 0);
            for (JsonNode below : schema) {
                if (below.isContainerNode()) {
                    cost = cost.plus(of(below));
                }
            }
            return cost;
        }

        Cost plus(Cost other) {
            return new Cost(optional + other.optional, unions + other.unions);
        }

        boolean fits() {
            return optional <= MOST.optional && unions <= MOST.unions;
        }

        double share() {
            return (double) optional / MOST.optional + (double) unions / MOST.unions;
        }
    }

    private record Tool(int index, Cost cost) {}

    /** Whether a schema can be enforced by itself. */
    static boolean fits(JsonNode schema) {
        return Cost.of(schema).fits();
    }

    /**
     * Which of the client's tools are to be strict.
     *
     * @param tools as the client sent them
     * @param answer the schema of the answer, or a missing node
     * @return their places in the list
     */
    static Set<Integer> strict(JsonNode tools, JsonNode answer) {
        List<Tool> strict = new ArrayList<>();
        Cost sum = Cost.of(answer);
        for (int i = 0; i < tools.size(); i++) {
            JsonNode function = tools.path(i).path("function");
            if (function.path("strict").asBoolean()) {
                Cost cost = Cost.of(function.path("parameters"));
                strict.add(new Tool(i, cost));
                sum = sum.plus(cost);
            }
        }
        strict.sort(Comparator.comparingDouble(tool -> tool.cost.share()));
        while (!strict.isEmpty() && (strict.size() > TOOLS || !sum.fits())) {
            Tool loosened = strict.remove(strict.size() - 1);
            sum = new Cost(sum.optional - loosened.cost.optional, sum.unions - loosened.cost.unions);
            LOG.info(
                    "tools[{}] is sent without strict: Anthropic enforces at most {} tools with {} optional parameters and"
                            + " {} of several types in one request",
                    loosened.index,
                    TOOLS,
                    MOST.optional,
                    MOST.unions);
        }
        Set<Integer> places = new HashSet<>();
        strict.forEach(tool -> places.add(tool.index));
        return places;
    }

    /** The schema of an answer is too much to be enforced: a tool takes the answer, or the model is told the schema. */
    static void loosened() {
        LOG.info(
                "response_format is not enforced, but asked for by a tool or by words: Anthropic enforces at most {} optional"
                        + " properties and {} of several types",
                MOST.optional,
                MOST.unions);
    }
}
