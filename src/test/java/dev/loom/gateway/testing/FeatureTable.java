package dev.loom.gateway.testing;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which feature was seen to work with which kind of provider, as a table in Markdown. */
public final class FeatureTable {

    private final Map<String, Map<ProviderKind, String>> rows = new LinkedHashMap<>();

    public FeatureTable(Iterable<String> features) {
        features.forEach(feature -> rows.put(feature, new EnumMap<>(ProviderKind.class)));
    }

    public void works(String feature, ProviderKind kind) {
        rows.get(feature).put(kind, "✓");
    }

    /** The client is told that this provider cannot. */
    public void isRefused(String feature, ProviderKind kind) {
        rows.get(feature).put(kind, "refused");
    }

    public String markdown() {
        StringBuilder table = new StringBuilder("| Feature |");
        StringBuilder line = new StringBuilder("|---|");
        for (ProviderKind kind : ProviderKind.values()) {
            table.append(' ').append(kind.title).append(" |");
            line.append("---|");
        }
        table.append('\n').append(line).append('\n');
        rows.forEach((feature, row) -> {
            table.append("| ").append(feature).append(" |");
            for (ProviderKind kind : ProviderKind.values()) {
                table.append(' ').append(row.getOrDefault(kind, "not tried")).append(" |");
            }
            table.append('\n');
        });
        return table.toString();
    }
}
