package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.Secret;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a provider was told in confidence, and may quote: its key and the headers that the user has set for it. */
record ProviderSecrets(List<String> values) {

    /** Characters. A shorter value is no secret, and would be found in ordinary words. */
    private static final int SHORTEST = 6;

    static ProviderSecrets of(ProviderConfig provider) {
        List<Secret> all = new ArrayList<>(provider.headers().values());
        if (provider.apiKey() != null) {
            all.add(provider.apiKey());
        }
        return new ProviderSecrets(all.stream()
                .map(Secret::value)
                .filter(value -> value.length() >= SHORTEST)
                .sorted(Comparator.comparing(String::length).reversed())
                .toList());
    }

    /** The text without them. */
    String masked(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, "***");
        }
        return masked;
    }

    @Override
    public String toString() {
        return "***";
    }
}
