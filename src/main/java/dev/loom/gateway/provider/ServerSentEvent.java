package dev.loom.gateway.provider;

import org.jspecify.annotations.Nullable;

/**
 * One event of a stream.
 *
 * @param name of its {@code event:} line, null where there is none
 * @param data of its {@code data:} lines, joined by line feeds
 */
public record ServerSentEvent(@Nullable String name, byte[] data) {}
