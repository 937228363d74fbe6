package dev.loom.gateway.config;

/**
 * A value that must not leave the process except towards the provider it belongs to: API keys, header values,
 * tokens. Prints as {@code ***} wherever it is printed by accident.
 */
public record Secret(String value) {

    @Override
    public String toString() {
        return "***";
    }
}
