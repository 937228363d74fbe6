package dev.loom.gateway.camel.flow;

import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.util.concurrent.SizedScheduledExecutorService;

/** The timer of the Kamelets that do without the gateway's configuration: one thread for each Camel context. */
final class FlowTimer {

    private static final String BEAN = "loomFlowTimer";

    private FlowTimer() {}

    /** Started when first asked for; ends with the context. */
    static synchronized ScheduledExecutorService of(CamelContext context) {
        ScheduledExecutorService timer =
                context.getRegistry().lookupByNameAndType(BEAN, ScheduledExecutorService.class);
        if (timer == null) {
            timer = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(FlowTimer.class, "loom-timer");
            if (timer instanceof SizedScheduledExecutorService sized) {
                // The context need not wait until idle connections would have been closed: it closes them all.
                sized.getScheduledThreadPoolExecutor().setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            }
            context.getRegistry().bind(BEAN, timer);
        }
        return timer;
    }
}
