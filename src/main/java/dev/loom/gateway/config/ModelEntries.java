package dev.loom.gateway.config;

import java.util.List;

/**
 * The entries of a provider's {@code models}, of which there may be thousands: every request asks for what is special about
 * its model, so that those that are more than a name are found once.
 *
 * @param all in the order of the file
 * @param names of all, some of which may end in {@code *}
 * @param special those that say more than a name
 */
public record ModelEntries(List<ModelConfig> all, List<String> names, List<ModelConfig> special) {

    /** None: the provider serves any model. */
    public static final ModelEntries NONE = of(List.of());

    public static ModelEntries of(List<ModelConfig> all) {
        return new ModelEntries(
                List.copyOf(all),
                all.stream().map(ModelConfig::name).toList(),
                all.stream().filter(entry -> !entry.isPlain()).toList());
    }
}
