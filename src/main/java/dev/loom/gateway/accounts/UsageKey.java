package dev.loom.gateway.accounts;

/** What sums of usage are kept by. */
record UsageKey(long at, String account, String provider, String model) {}
