package dev.loom.gateway.camel.upstream;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HeaderElement;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/** {@code Keep-Alive: timeout=5}: for how many seconds a provider says that it keeps a connection on which nothing moves. */
final class KeepAliveTime {

    /** No standard says what it looks like; more digits than these mean nothing. */
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{0,9})?");

    private KeepAliveTime() {}

    /**
     * The shortest that is told; what is no number of seconds tells nothing.
     *
     * @return null where none is told
     */
    static @Nullable TimeValue of(HttpResponse answer) {
        TimeValue shortest = null;
        Iterator<HeaderElement> elements = MessageSupport.iterate(answer, "Keep-Alive");
        while (elements.hasNext()) {
            HeaderElement element = elements.next();
            String value = element.getName().equalsIgnoreCase("timeout") ? element.getValue() : null;
            if (value != null && SECONDS.matcher(value).matches()) {
                TimeValue told = TimeValue.ofMilliseconds(
                        new BigDecimal(value).movePointRight(3).longValue());
                shortest = shortest == null || told.compareTo(shortest) < 0 ? told : shortest;
            }
        }
        return shortest;
    }
}
