package dev.loom.gateway.camel.request;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The headers that steps have set for the client, as {@code loom-response.<name>}. */
public final class ResponseHeaders {

    private static final Logger LOG = LoggerFactory.getLogger(ResponseHeaders.class);

    private static final String PREFIX = "loom-response.";

    /** How an answer is framed is not for a step to say. */
    private static final Set<String> FRAMING = Set.of(
            "connection",
            "content-length",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** RFC 9110, 5.6.2 and 5.5. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

    private ResponseHeaders() {}

    /** What cannot be sent is left out, with a line in the log; what has no value is left out without. */
    public static Map<String, String> of(Map<String, Object> headers) {
        Map<String, String> found = Map.of();
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            String key = header.getKey();
            if (header.getValue() != null && key.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                found = found.isEmpty() ? new LinkedHashMap<>() : found;
                add(found, key.substring(PREFIX.length()), text(header.getValue()));
            }
        }
        return found;
    }

    /** RFC 9110, 5.3: values of a list are one value with commas. */
    private static String text(Object value) {
        if (value instanceof Collection<?> values) {
            return values.stream().map(ResponseHeaders::text).collect(Collectors.joining(", "));
        }
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
    }

    private static void add(Map<String, String> found, String name, String value) {
        if (FRAMING.contains(name.toLowerCase(Locale.ROOT))
                || !NAME.matcher(name).matches()
                || !VALUE.matcher(value).matches()) {
            LOG.warn("a step has set the header '{}{}', which cannot be sent to a client", PREFIX, name);
        } else {
            found.put(name, value);
        }
    }
}
