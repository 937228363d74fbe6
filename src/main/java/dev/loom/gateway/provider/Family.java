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
 * @param rules of changes to requests for all of its models
 * @param modelRules for some of its models
 */
public record Family(
        String name,
        List<String> types,
        @Nullable Pattern hosts,
        boolean usageInStreams,
        @Nullable String usageSince,
        List<Rules> rules,
        List<ModelRules> modelRules) {

    /** @param names of models, as the client or as the provider calls them */
    record ModelRules(Pattern names, Rules rules) {}

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
    List<Rules> rules(String model, String clientsModel) {
        if (modelRules.isEmpty()) {
            return rules;
        }
        List<Rules> all = new ArrayList<>(rules);
        for (ModelRules some : modelRules) {
            if (some.names.matcher(model).matches()
                    || some.names.matcher(clientsModel).matches()) {
                all.add(some.rules);
            }
        }
        return all;
    }
}
