package dev.loom.gateway.provider;

import dev.loom.gateway.config.ProviderConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * In what a provider differs from its language: what is known of its family, and what it has refused so far. Immutable:
 * what is learnt makes another.
 *
 * @param refused fields of requests that it does not take, and that requests can do without
 */
public record Quirks(Family family, Set<String> refused) {

    static final String STREAM_OPTIONS = "stream_options";

    public static Quirks of(ProviderConfig provider) {
        return new Quirks(Families.of(provider), Set.of());
    }

    /** The same, of a provider that has refused these fields. */
    public Quirks refusing(Set<String> fields) {
        return fields.isEmpty() ? this : new Quirks(family, fields);
    }

    /** What is changed in a request for a model, by what is known of the family and by what was refused. */
    List<Change> changes(String model, String clientsModel) {
        List<Change> known = family.changes(model, clientsModel);
        if (refused.isEmpty()) {
            return known;
        }
        List<Change> all = new ArrayList<>(known);
        refused.stream()
                .filter(Families.watched()::contains)
                .sorted()
                .forEach(trace -> all.add(Families.without(trace)));
        return all;
    }

    /** Whether the provider is asked for the usage of a stream; where not, {@code stream_options} are not sent at all. */
    public boolean takesStreamOptions(ProviderConfig provider) {
        return switch (provider.usageInStreams()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> !refused.contains(STREAM_OPTIONS) && family.countsStreams(provider.apiVersion());
        };
    }
}
