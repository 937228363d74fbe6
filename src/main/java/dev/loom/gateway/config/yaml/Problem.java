package dev.loom.gateway.config.yaml;

/**
 * One thing that is wrong, or that looks wrong, in the configuration. No part of it ever holds a secret.
 *
 * @param file as the user named it
 * @param line counted from 1
 * @param column counted from 1
 * @param path the YAML path, such as {@code ai_gateway.providers[0].type}; empty where it concerns the whole file
 * @param message what is wrong and what would be right
 */
public record Problem(String file, int line, int column, String path, String message) {

    /** {@code file:line:column  yaml.path  what is wrong}. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + "  " + (path.isEmpty() ? "" : path + "  ") + message;
    }
}
