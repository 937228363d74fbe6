package dev.loom.gateway.routing.strategies;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.traffic.SlidingWindow;
import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long providers take, as strategies compare it: the percentile of a sliding window, times (1 + 0.1 x requests in
 * flight). Walking a window's histogram for each request would be dear, so a reading is used again for a short time.
 * Thread-safe: a concurrent map of immutable readings; two threads may take the same one at once, which does no harm.
 */
final class LatencyScores {

    /** With fewer samples a percentile says nothing, and the provider is explored. */
    static final int ENOUGH_SAMPLES = 10;

    private static final double PER_REQUEST_IN_FLIGHT = 0.1;

    /** A hundred milliseconds of a window of minutes change little. */
    private static final long FRESH_NANOS = Duration.ofMillis(100).toNanos();

    private record Reading(long taken, int samples, double percentile) {}

    private final double percentile;
    private final TimeSource time;
    private final Map<SlidingWindow, Reading> readings = new ConcurrentHashMap<>();

    /** @param percentile 1 to 100 */
    LatencyScores(double percentile, TimeSource time) {
        this.percentile = percentile;
        this.time = time;
    }

    boolean isKnown(Candidate candidate, RoutingRequest request) {
        return reading(candidate, request).samples >= ENOUGH_SAMPLES;
    }

    /** Milliseconds, weighed by the load; lower is better. NaN where nothing is known. */
    double score(Candidate candidate, RoutingRequest request) {
        return reading(candidate, request).percentile * (1 + PER_REQUEST_IN_FLIGHT * inFlight(candidate));
    }

    /** Samples that are there or on their way. */
    long prospects(Candidate candidate, RoutingRequest request) {
        return reading(candidate, request).samples + inFlight(candidate);
    }

    /** The score and what it is made of; with too few samples there is none. */
    ObjectNode figures(Candidate candidate, RoutingRequest request) {
        Reading reading = reading(candidate, request);
        boolean known = isKnown(candidate, request);
        return Json.object()
                .put("value", known ? (Double) score(candidate, request) : null)
                .put("measure", request.stream() ? "first_token_ms" : "ms_per_output_token")
                .put("percentile", percentile)
                .put("at_percentile", reading.samples > 0 ? (Double) reading.percentile : null)
                .put("samples", reading.samples)
                .put("in_flight", inFlight(candidate))
                .put("explored", !known);
    }

    private static long inFlight(Candidate candidate) {
        return candidate.traffic().counters().inFlight();
    }

    private Reading reading(Candidate candidate, RoutingRequest request) {
        SlidingWindow window = request.stream()
                ? candidate.traffic().firstToken()
                : candidate.traffic().perOutputToken();
        Reading known = readings.get(window);
        long now = time.nanoTime();
        if (known != null && now - known.taken < FRESH_NANOS) {
            return known;
        }
        Reading fresh = new Reading(now, window.count(), window.percentile(percentile));
        readings.put(window, fresh);
        return fresh;
    }
}
