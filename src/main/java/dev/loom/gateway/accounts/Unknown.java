package dev.loom.gateway.accounts;

/** Nobody knows whether there is room: what all instances count together is away. */
public record Unknown() implements Decision {}
