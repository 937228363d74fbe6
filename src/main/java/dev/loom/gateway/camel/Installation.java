package dev.loom.gateway.camel;

import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;

/**
 * Where the gateway finds its files: in the working directory where they exist, else packaged in the jar.
 *
 * @param properties Camel's own settings
 * @param routes pattern of the route files
 * @param kamelets locations of Kamelets, in the order in which they are searched
 * @param config where {@code ai-gateway.yaml} is, unless a setting names another place
 */
record Installation(String properties, String routes, String kamelets, String config) {

    static Installation in(Path directory) {
        return new Installation(
                choose(directory.resolve("application.properties"), "", "classpath:loom/application.properties"),
                choose(directory.resolve("routes"), "/*.camel.yaml", "classpath:loom/routes/*.camel.yaml"),
                choose(directory.resolve("kamelets"), ",classpath:kamelets", "classpath:kamelets"),
                choose(directory.resolve("ai-gateway.yaml"), "", "classpath:loom/ai-gateway.yaml"));
    }

    private static String choose(Path path, String suffix, String packaged) {
        return Files.exists(path) ? "file:" + path + suffix : packaged;
    }

    void log(Logger log, String usedConfig) {
        log.info("Camel settings: {}", properties);
        log.info("Routes: {}", routes);
        log.info("Kamelets: {}", kamelets);
        log.info("Gateway configuration: {}", usedConfig);
    }
}
