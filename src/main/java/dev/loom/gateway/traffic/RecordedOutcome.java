package dev.loom.gateway.traffic;

/**
 * Marks an exception whose outcome stands on the provider's breaker already. The breaker ignores it, whatever wraps
 * it, so that an attempt is not counted twice.
 */
public interface RecordedOutcome {}
