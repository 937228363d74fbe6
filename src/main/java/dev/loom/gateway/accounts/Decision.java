package dev.loom.gateway.accounts;

/** What {@link Ledger#reserve} comes to. */
public sealed interface Decision permits Reservation, Refusal, Undecided {}
