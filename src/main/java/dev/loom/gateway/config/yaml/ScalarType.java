package dev.loom.gateway.config.yaml;

import dev.loom.gateway.config.yaml.Yaml.Scalar;

/** Reads one kind of value out of a scalar. */
@FunctionalInterface
public interface ScalarType<T> {

    /** The value of the scalar; throws {@link Invalid}, saying what it must be, where it has none of this kind. */
    T parse(Scalar scalar);

    /** The message is meant for the user, and holds nothing that might be secret. */
    final class Invalid extends RuntimeException {
        public Invalid(String message) {
            super(message);
        }
    }
}
