package dev.loom.gateway.provider;

import dev.loom.gateway.config.ProviderConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An API that is known to differ from the language that it speaks, as {@code loom/families.json} describes it.
 *
 * @param types of providers that may belong to it
 * @param hosts of {@code base_url}; null for any
 * @param usageInStreams false if it refuses {@code stream_options}
 * @param usageSince the first {@code api_version} that takes them, a date; null where versions say nothing
 * @param changes to requests for all of its models
 * @param modelChanges to requests for some of its models
 */
public record Family(
        String name,
        List<String> types,
        @Nullable Pattern hosts,
        boolean usageInStreams,
        @Nullable String usageSince,
        List<Change> changes,
        List<ModelChanges> modelChanges) {

    /** @param names of models, as the client or as the provider calls them */
    record ModelChanges(Pattern names, List<Change> changes) {}

    /** Of a provider of which nothing is known but its language. */
    static final Family NONE = new Family("none", List.of(), null, true, null, List.of(), List.of());

    private static final int DATE_LENGTH = "2024-09-01".length();

    boolean has(ProviderConfig provider) {
        return types.contains(provider.type())
                && (hosts == null || hosts.matcher(host(provider)).matches());
    }

    private static String host(ProviderConfig provider) {
        String host = provider.baseUrl() == null
                ? null
                : URI.create(provider.baseUrl()).getHost();
        return host == null ? "" : host;
    }

    /** Whether it counts the tokens of a stream when {@code stream_options} ask for it. */
    boolean countsStreams(@Nullable String apiVersion) {
        if (usageSince == null || apiVersion == null || apiVersion.length() < DATE_LENGTH) {
            return usageInStreams;
        }
        return apiVersion.substring(0, DATE_LENGTH).compareTo(usageSince) >= 0;
    }

    /** What is changed in a request for a model. */
    List<Change> changes(String model, String clientsModel) {
        if (modelChanges.isEmpty()) {
            return changes;
        }
        List<Change> all = new ArrayList<>(changes);
        for (ModelChanges some : modelChanges) {
            if (some.names.matcher(model).matches()
                    || some.names.matcher(clientsModel).matches()) {
                all.addAll(some.changes);
            }
        }
        return all;
    }
}
