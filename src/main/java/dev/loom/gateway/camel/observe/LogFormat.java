package dev.loom.gateway.camel.observe;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * How a gateway that is a process of its own logs. {@code logging.format} is lines for people or JSON for machines: two
 * appenders in {@code loom/log4j2.properties}, chosen by a system property.
 */
public final class LogFormat {

    private static final String PROPERTY = "loom.log.format";

    /** Under its newer and its older name. */
    private static final List<String> FILES = List.of("log4j.configurationFile", "log4j2.configurationFile");

    private static final List<String> BY_THREAD =
            List.of("log4j2.enable.direct.encoders", "log4j2.enable.threadlocals");

    private LogFormat() {}

    /** Before the first logger is made: Log4j reads our file unless the user has named another. */
    public static void useOurFile() {
        boolean named = FILES.stream().anyMatch(name -> System.getProperty(name) != null);
        if (!named && System.getenv("LOG4J_CONFIGURATION_FILE") == null) {
            System.setProperty(FILES.get(0), "classpath:loom/log4j2.properties");
        }
    }

    /** Before the first logger is made: no buffers by thread where each request has a virtual thread of its own. */
    public static void useNoBuffersByThread() {
        for (String name : BY_THREAD) {
            if (Runtime.version().feature() >= 21 && System.getProperty(name) == null) {
                System.setProperty(name, "false");
            }
        }
    }

    /** Without the lines below ERROR that the gateway and Camel would write meanwhile, where Log4j writes them. */
    public static <T> T quietly(Callable<T> task) throws Exception {
        List<String> names = List.of("dev.loom.gateway", "org.apache.camel");
        names.forEach(name -> level(name, "ERROR"));
        try {
            return task.call();
        } finally {
            names.forEach(name -> level(name, "INFO"));
        }
    }

    private static void level(String logger, String level) {
        try {
            Class.forName("org.apache.logging.log4j.core.config.Configurator")
                    .getMethod("setLevel", String.class, String.class)
                    .invoke(null, logger, level);
        } catch (ReflectiveOperationException e) {
            // Another logging backend; it writes the lines.
        }
    }

    public static void use(String format) {
        if (format.equals(System.getProperty(PROPERTY, "text"))) {
            return;
        }
        System.setProperty(PROPERTY, format);
        try {
            Class.forName("org.apache.logging.log4j.core.config.Configurator")
                    .getMethod("reconfigure")
                    .invoke(null);
        } catch (ClassNotFoundException e) {
            // Another logging backend, which knows nothing of our formats.
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("The log cannot be switched to " + format, e);
        }
    }
}
