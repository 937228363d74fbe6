package dev.loom.gateway.fleet;

import dev.loom.gateway.provider.Outcome;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that instances tell each other: words with a blank between them. Providers' names have none.
 *
 * @param way how the provider is reached, empty where that is all one
 * @param length of a cool-down
 * @param reason of a cool-down
 */
record News(Kind kind, String provider, String way, Duration length, @Nullable Outcome reason) {

    enum Kind {
        COOL,
        WARM,
        DRAIN,
        UNDRAIN
    }

    static News of(Kind kind, String provider) {
        return new News(kind, provider, "", Duration.ZERO, null);
    }

    static News cool(String provider, String way, Duration length, Outcome reason) {
        return new News(Kind.COOL, provider, way, length, reason);
    }

    /** For {@code tell.lua}: the word for what is done. */
    String todo() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** For {@code tell.lua}: what it is done to. */
    String subject() {
        return kind == Kind.COOL ? provider + ":" + way : provider;
    }

    @Override
    public String toString() {
        return reason == null
                ? todo() + " " + provider
                : todo() + " " + provider + " " + way + " " + length.toMillis() + " " + reason.name();
    }

    /** Empty for what this version does not understand. */
    static Optional<News> parse(String text) {
        try {
            String[] words = text.split(" ", -1);
            Kind kind = Kind.valueOf(words[0].toUpperCase(Locale.ROOT));
            return Optional.of(
                    kind == Kind.COOL
                            ? cool(
                                    words[1],
                                    words[2],
                                    Duration.ofMillis(Long.parseLong(words[3])),
                                    Outcome.valueOf(words[4]))
                            : of(kind, words[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
