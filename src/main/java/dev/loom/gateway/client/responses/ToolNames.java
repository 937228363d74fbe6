package dev.loom.gateway.client.responses;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the tools of a request are called in the hub, which has no groups: a tool in a namespace goes by one name that has
 * both of its names in it, and comes back as it was.
 */
final class ToolNames {

    /** Characters of a function's name; more are refused by OpenAI, Anthropic and Google. */
    private static final int LONGEST = 64;

    /**
     * A tool as the client knows it.
     *
     * @param namespace null for one that is in no group
     * @param custom true if it takes free text
     */
    record Tool(@Nullable String namespace, String name, boolean custom) {}

    private final Map<String, Tool> tools = new HashMap<>();

    /** @return false if another tool goes by the same name already */
    boolean add(Tool tool) {
        Tool other = tools.putIfAbsent(joined(tool.namespace(), tool.name()), tool);
        return other == null || other.equals(tool);
    }

    /** The tool that goes by this name in the hub; one of which nothing is known is a function. */
    Tool of(String name) {
        return tools.getOrDefault(name, new Tool(null, name, false));
    }

    /** A tool's name in the hub. The same in every request, so that the calls of a conversation keep their names. */
    static String joined(@Nullable String namespace, String name) {
        if (namespace == null || namespace.isEmpty()) {
            return name;
        }
        String joined = (namespace.endsWith("__") ? namespace + name : namespace + "__" + name)
                .replaceAll("[^A-Za-z0-9_-]", "_");
        String hash = "_" + Integer.toHexString((namespace + '\n' + name).hashCode());
        return joined.length() <= LONGEST ? joined : joined.substring(0, LONGEST - hash.length()) + hash;
    }
}
