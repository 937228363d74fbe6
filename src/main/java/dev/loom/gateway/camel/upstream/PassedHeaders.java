package dev.loom.gateway.camel.upstream;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The headers of a provider's answer that passes as it is: those by which its clients steer themselves, and by which its
 * support finds a request. The id that the gateway gives stays in {@code x-request-id}.
 */
final class PassedHeaders {

    /** Where clients find the provider's id if that has the name of the gateway's own. */
    static final String PROVIDERS_ID = "x-loom-provider-request-id";

    private static final Set<String> NAMES = Set.of("request-id", "openai-processing-ms", "openai-version");
    private static final List<String> BEGINNINGS = List.of("x-ratelimit-", "anthropic-ratelimit-");

    /** RFC 9110: no control characters but a tab; of others, the bytes that a header can have. */
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

    private static final Pattern NAME = Pattern.compile("[a-z0-9._-]+");

    private PassedHeaders() {}

    static Map<String, String> of(Map<String, Object> providers) {
        Map<String, String> passed = new TreeMap<>();
        providers.forEach((header, value) -> {
            String name = header.toLowerCase(Locale.ROOT);
            if (!NAME.matcher(name).matches() || !canBeSent(value.toString())) {
                return;
            }
            if (name.equals("x-request-id")) {
                passed.put(PROVIDERS_ID, value.toString());
            } else if (NAMES.contains(name) || BEGINNINGS.stream().anyMatch(name::startsWith)) {
                passed.put(name, value.toString());
            }
        });
        return passed;
    }

    /** What a provider may write and no client could read is left out, and costs nobody the answer. */
    static boolean canBeSent(String value) {
        return VALUE.matcher(value).matches();
    }
}
