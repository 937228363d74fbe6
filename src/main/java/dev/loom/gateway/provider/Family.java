package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.ProviderConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An API that is known to differ from the language that it speaks, as {@code loom/families.json} describes it.
 *
 * @param types of providers that may belong to it
 * @param hosts of {@code base_url}; null for any
 * @param usageInStreams false if it refuses {@code stream_options}
 * @param usageSince the first {@code api_version} that takes them, a date; null where versions say nothing
 */
public record Family(
        String name, List<String> types, @Nullable Pattern hosts, boolean usageInStreams, @Nullable String usageSince) {

    private static final int DATE_LENGTH = "2024-09-01".length();

    static Family read(JsonNode json) {
        return new Family(
                json.path("name").asText(),
                texts(json.path("types")),
                json.has("hosts") ? anyOf(texts(json.path("hosts"))) : null,
                json.path("usage_in_streams").asBoolean(true),
                json.path("usage_in_streams_since").textValue());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return List.copyOf(texts);
    }

    /** A star stands for any part of a name. */
    private static Pattern anyOf(List<String> names) {
        return Pattern.compile(names.stream()
                .map(name -> "\\Q" + name.replace("*", "\\E.+\\Q") + "\\E")
                .collect(Collectors.joining("|")));
    }

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
}
