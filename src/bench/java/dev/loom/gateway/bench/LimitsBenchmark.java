package dev.loom.gateway.bench;

import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.LocalLimits;
import dev.loom.gateway.traffic.TimeSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** Three limits taken together, settled and given back; alone, and by two threads at once. */
@State(Scope.Benchmark)
public class LimitsBenchmark {

    private final Limits limits = new LocalLimits(
            Samples.config("priority", 1).providers().get(0).rateLimit(), TimeSource.system());

    @Benchmark
    public void alone() {
        reserve();
    }

    @Benchmark
    @Threads(2)
    public void contended() {
        reserve();
    }

    private void reserve() {
        if (limits.reserve(100) instanceof Limits.Reservation reservation) {
            reservation.settle(80);
            reservation.release();
        } else {
            throw new IllegalStateException("Refused: the benchmark must never reach its limits");
        }
    }
}
