package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.Secret;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a provider was told in confidence, and may quote: its key and the headers that the user has set for it. */
record ProviderSecrets(List<String> values) {

    /** Characters. A shorter value is no secret, and would be found in ordinary words. */
    private static final int SHORTEST = 6;

    /** Characters of a value that are a secret wherever in it they stand; fewer are as good as nothing to a thief. */
    private static final int PIECE = 16;

    private static final String MASK = "***";

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

    /** The text without them, and without any part of them that is long enough to be told from ordinary words. */
    String masked(String text) {
        String masked = text;
        for (String value : values) {
            masked = withoutPieces(masked.replace(value, MASK), value);
        }
        return masked;
    }

    /** Each piece of the value that the text holds, as long as it goes on, becomes one mask. */
    private static String withoutPieces(String text, String value) {
        Set<String> pieces = new HashSet<>();
        for (int i = 0; i + PIECE <= value.length(); i++) {
            pieces.add(value.substring(i, i + PIECE));
        }
        if (pieces.isEmpty()) {
            return text;
        }
        StringBuilder masked = new StringBuilder();
        int taken = 0; // all before it is in masked
        int at = 0;
        while (at + PIECE <= text.length()) {
            if (!pieces.contains(text.substring(at, at + PIECE))) {
                at++;
                continue;
            }
            masked.append(text, taken, at).append(MASK);
            do {
                taken = at + PIECE;
                at++;
            } while (taken < text.length() && pieces.contains(text.substring(at, at + PIECE)));
            at = taken;
        }
        return masked.append(text, taken, text.length()).toString();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
