package dev.loom.gateway.camel;

import java.lang.reflect.InvocationTargetException;

/**
 * {@code logging.format}: lines for people or JSON for machines. The two are appenders in {@code log4j2.properties}, chosen by
 * a system property; an installation that logs by other means keeps its own.
 */
final class LogFormat {

    private static final String PROPERTY = "loom.log.format";

    private LogFormat() {}

    static void use(String format) {
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
