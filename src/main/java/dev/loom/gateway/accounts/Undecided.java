package dev.loom.gateway.accounts;

/** Nobody knows whether there is room: the store cannot be reached, and this instance must not count alone. */
public record Undecided() implements Decision {}
