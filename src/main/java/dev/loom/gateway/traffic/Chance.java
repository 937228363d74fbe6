package dev.loom.gateway.traffic;

import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** The one source of chance of a running gateway; tests pass a seeded one instead. */
public final class Chance {

    /** Thread-safe. */
    public static final RandomGenerator SYSTEM = Chance::nextLong;

    private Chance() {}

    private static long nextLong() {
        return ThreadLocalRandom.current().nextLong();
    }
}
