package dev.loom.gateway.accounts;

/** What sums of usage are kept by. */
record UsageKey(long at, String account, String provider, String model) {

    /** Of all names that are too many. */
    UsageKey ofOther() {
        return new UsageKey(at, Ledger.OTHER, provider, Ledger.OTHER);
    }
}
