package dev.loom.gateway.camel.request;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The headers that steps have set for the client, as {@code loom-response.<name>}. */
public final class ResponseHeaders {

    private static final Logger LOG = LoggerFactory.getLogger(ResponseHeaders.class);

    private static final String PREFIX = "loom-response.";

    /** How an answer is framed is not for a step to say. */
    private static final Set<String> FRAMING =
            Set.of("connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade");

    /** RFC 9110, 5.6.2 and 5.5. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

    private ResponseHeaders() {}

    /** What cannot be sent is left out, with a line in the log. */
    public static Map<String, String> of(Map<String, Object> headers) {
        Map<String, String> found = Map.of();
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            String key = header.getKey();
            if (key.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                found = found.isEmpty() ? new LinkedHashMap<>() : found;
                add(found, key.substring(PREFIX.length()), String.valueOf(header.getValue()));
            }
        }
        return found;
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
