package dev.loom.gateway.provider.dialects;

import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.anthropic.Anthropic;
import dev.loom.gateway.provider.gemini.Studio;
import dev.loom.gateway.provider.gemini.Vertex;
import dev.loom.gateway.provider.openai.Azure;
import dev.loom.gateway.provider.openai.OpenAi;
import dev.loom.gateway.provider.simulator.SimulatorDialect;
import java.util.Map;
import java.util.TreeMap;

/** The dialects that are built in, by the provider's {@code type}. */
public final class Dialects {

    private static final Map<String, Dialect> BUILT_IN = new TreeMap<>(Map.of(
            "openai", new OpenAi(),
            "azure", new Azure(),
            "anthropic", new Anthropic(),
            "vertex", new Vertex(),
            "gemini", new Studio(),
            "simulator", new SimulatorDialect()));

    private Dialects() {}

    /**
     * The dialect of a type.
     *
     * @throws IllegalArgumentException if no dialect of that type is built in
     */
    public static Dialect of(String type) {
        Dialect dialect = BUILT_IN.get(type);
        if (dialect == null) {
            throw new IllegalArgumentException(
                    "No provider type '" + type + "' is built in; there are " + BUILT_IN.keySet() + ".");
        }
        return dialect;
    }
}
