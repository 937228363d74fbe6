package dev.loom.gateway.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model that clients may ask for.
 *
 * @param context tokens of prompt and answer together at most, null where nobody said
 * @param maxOutput tokens of one answer at most, null where nobody said
 */
public record ServedModel(
        String id, Instant created, String ownedBy, @Nullable Integer context, @Nullable Integer maxOutput) {}
