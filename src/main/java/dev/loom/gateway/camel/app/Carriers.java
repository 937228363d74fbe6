package dev.loom.gateway.camel.app;

/**
 * How many threads of the system carry the virtual ones that requests run on (Java 21 and later). A virtual thread keeps its
 * carrier until it waits, and one that reads a flood hardly waits. With one carrier for each processor, as the JVM has it, small
 * requests stand behind as many floods as there are processors. Among more carriers than processors, the operating system gives
 * each its share of the time.
 */
final class Carriers {

    private static final String PROPERTY = "jdk.virtualThreadScheduler.parallelism";

    /**
     * Of 1, 2, 3, 4 and 6 on two processors, 3 answered a good client soonest among hostile ones ({@code src/bench/run
     * hostile}); a request without them costs the same.
     */
    private static final int FOR_EACH_PROCESSOR = 3;

    private Carriers() {}

    /** Once, before the first virtual thread of the process is made. Who has set the JVM's property keeps it. */
    static void use() {
        if (System.getProperty(PROPERTY) == null) {
            int carriers = FOR_EACH_PROCESSOR * Runtime.getRuntime().availableProcessors();
            System.setProperty(PROPERTY, String.valueOf(carriers));
        }
    }
}
