package dev.loom.gateway.traffic;

import java.util.Arrays;

/** Counts of values in buckets that grow by 2 %, so that the middle of a bucket is within 1 % of what fell in. Not thread-safe. */
final class Histogram {

    private static final double LOWEST = 0.001;
    private static final double HIGHEST = 10_000_000;
    private static final double GROWTH = 1.02;
    private static final double LOG_GROWTH = Math.log(GROWTH);
    private static final int BUCKETS = bucketOf(HIGHEST) + 1;

    private final int[] counts = new int[BUCKETS];
    private int count;
    private double sum;

    private static int bucketOf(double value) {
        double bounded = Math.max(LOWEST, Math.min(HIGHEST, value));
        return (int) (Math.log(bounded / LOWEST) / LOG_GROWTH);
    }

    private static double middleOf(int bucket) {
        return LOWEST * Math.pow(GROWTH, bucket + 0.5);
    }

    void add(double value) {
        counts[bucketOf(value)]++;
        count++;
        sum += value;
    }

    void subtract(Histogram other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] -= other.counts[i];
        }
        count -= other.count;
        // Differences of sums leave dust behind; an empty histogram is swept.
        sum = count == 0 ? 0 : sum - other.sum;
    }

    void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        sum = 0;
    }

    int count() {
        return count;
    }

    double mean() {
        return count == 0 ? Double.NaN : sum / count;
    }

    /** The value below or at which {@code p} percent of all lie (nearest rank). */
    double percentile(double p) {
        long rank = Math.max(1, (long) Math.ceil(p / 100 * count));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return middleOf(i);
            }
        }
        return Double.NaN;
    }
}
