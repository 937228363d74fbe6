package dev.loom.gateway.fleet;

import dev.loom.gateway.config.RateLimitConfig;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the log says of configurations with different limits, in the words of the file.
 *
 * @param owner {@code provider:} or {@code key:}, and a name
 * @param inForce the smallest figures of all instances
 * @param own what this instance's configuration says
 */
record Disagreement(String owner, RateLimitConfig inForce, RateLimitConfig own) {

    @Override
    public String toString() {
        return "limit " + who() + " differently; the smaller figures hold: " + shown(inForce.figures()) + ". " + here();
    }

    private String who() {
        String name = owner.substring(owner.indexOf(':') + 1);
        return (owner.startsWith("key:") ? "the client " : "the provider ") + name;
    }

    private String here() {
        Map<String, String> others = new TreeMap<>();
        inForce.figures().forEach((key, figure) -> {
            Integer mine = own.figures().get(key);
            if (!figure.equals(mine)) {
                others.put(key, mine == null ? "none" : mine.toString());
            }
        });
        return others.isEmpty()
                ? "They are those of this instance; another one has larger ones, or none"
                : "This instance has " + shown(others);
    }

    private static String shown(Map<String, ?> figures) {
        return figures.entrySet().stream()
                .map(figure -> figure.getKey() + ": " + figure.getValue())
                .collect(Collectors.joining(", "));
    }
}
