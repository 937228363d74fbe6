package dev.loom.gateway.provider;

import dev.loom.gateway.config.ProviderConfig;
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

    /** Whether the provider is asked for the usage of a stream; where not, {@code stream_options} are not sent at all. */
    public boolean takesStreamOptions(ProviderConfig provider) {
        return switch (provider.usageInStreams()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> !refused.contains(STREAM_OPTIONS) && family.countsStreams(provider.apiVersion());
        };
    }
}
