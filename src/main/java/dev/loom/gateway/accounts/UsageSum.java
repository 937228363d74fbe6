package dev.loom.gateway.accounts;

/** A sum while it grows. Not thread-safe. */
final class UsageSum {

    private long requests;
    private long input;
    private long output;
    private long cached;
    private long reasoning;
    private long cost;

    void add(UsageRow row) {
        add(row.requests(), row.input(), row.output(), row.cached(), row.reasoning(), row.cost());
    }

    void add(long moreRequests, long in, long out, long ofCache, long thought, long nanoDollars) {
        requests += moreRequests;
        input += in;
        output += out;
        cached += ofCache;
        reasoning += thought;
        cost += nanoDollars;
    }

    UsageRow row(UsageKey key) {
        return new UsageRow(
                key.at(), key.account(), key.provider(), key.model(), requests, input, output, cached, reasoning, cost);
    }
}
