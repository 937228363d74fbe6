package dev.loom.gateway.camel.port;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The id of the request at hand beside every line that its thread logs, whoever logs it: {@code request_id} in the MDC. */
public final class RequestMdc {

    public static final String KEY = "request_id";

    private RequestMdc() {}

    /** Whether this thread has one. */
    public static boolean isThere() {
        return MDC.get(KEY) != null;
    }

    /** @return what stood there before, to be given to {@link #restore} */
    public static @Nullable String put(String id) {
        String before = MDC.get(KEY);
        MDC.put(KEY, id);
        return before;
    }

    public static void restore(@Nullable String before) {
        if (before == null) {
            MDC.remove(KEY);
        } else {
            MDC.put(KEY, before);
        }
    }

    /** For a thread that is not the request's own. */
    public static void with(String id, Runnable logging) {
        String before = put(id);
        try {
            logging.run();
        } finally {
            restore(before);
        }
    }
}
