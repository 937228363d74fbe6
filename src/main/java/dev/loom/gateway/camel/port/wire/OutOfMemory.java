package dev.loom.gateway.camel.port.wire;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has run out of memory once cannot be trusted: threads and locks may be gone. A process that is the gateway's own ends
 * then, so that whoever watches it starts another; as with {@code -XX:+ExitOnOutOfMemoryError}, which no jar can set. Vert.x
 * and Camel catch every error, so it is asked wherever they hand one over.
 */
public final class OutOfMemory {

    private static final Logger LOG = LoggerFactory.getLogger(OutOfMemory.class);

    /** That of {@code -XX:+ExitOnOutOfMemoryError}. */
    private static final int EXIT_CODE = 3;

    private static final AtomicBoolean ENDS_PROCESS = new AtomicBoolean();

    private OutOfMemory() {}

    /** From now on; not in an application that has more to do than this gateway. */
    public static void endProcess() {
        ENDS_PROCESS.set(true);
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            endIf(thrown);
            LOG.error("thread {} has failed", thread.getName(), thrown);
        });
    }

    /** Does not return if that is what was thrown, or what caused it. */
    public static void endIf(@Nullable Throwable thrown) {
        for (Throwable cause = thrown; cause != null && ENDS_PROCESS.get(); cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                end(cause);
            }
        }
    }

    private static void end(Throwable cause) {
        try {
            LOG.error("Out of memory: {}; the process ends", cause.getMessage());
        } catch (Throwable noMemoryForWords) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
