package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.IntStream;

/** The {@code index} of a choice, a candidate or a vector among those of its answer, which clients count from 0. */
public final class Position {

    /** OpenAI's upper limit of {@code n}. */
    public static final int MOST_CHOICES = 128;

    private Position() {}

    /**
     * What an entry says, where it can be: a whole number from 0 to less than {@code most}.
     *
     * @param standing where the entry stands, for one that says nothing or what cannot be
     */
    public static int of(JsonNode entry, int standing, int most) {
        JsonNode said = entry.path("index");
        boolean possible = said.isInt() && said.intValue() >= 0 && said.intValue() < most;
        return possible ? said.intValue() : standing;
    }

    /** Those of all entries: as they say where no two say the same, else as they stand. */
    public static int[] ofAll(JsonNode entries, int most) {
        int[] said = IntStream.range(0, entries.size())
                .map(i -> of(entries.path(i), i, most))
                .toArray();
        boolean apart = IntStream.of(said).distinct().count() == said.length;
        return apart ? said : IntStream.range(0, said.length).toArray();
    }
}
