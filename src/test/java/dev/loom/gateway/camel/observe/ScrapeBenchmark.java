package dev.loom.gateway.camel.observe;

import com.sun.management.OperatingSystemMXBean;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How long a scrape of {@code /metrics} takes, over HTTP, with 50 providers of 20 models and all their series alive:
 * first with what each request leaves behind, then with every failover that there can be.
 */
final class ScrapeBenchmark {

    private static final int PROVIDERS = 50;
    private static final int MODELS = 20;
    private static final int WARM_UP = 200;
    private static final int MEASURED = 101;
    private static final List<String> REASONS =
            List.of("rate_limit", "quota", "credential", "timeout", "circuit_open", "unhealthy", "model", "error");

    private ScrapeBenchmark() {}

    public static void main(String[] args) {
        try (FakeProvider upstream = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(upstream))) {
            upstream.behave(call -> call.completion("fine"));
            askAll(gateway, true);
            upstream.behave(call -> call.error(400, "invalid_request_error", "invalid_value"));
            askAll(gateway, false);
            measure(gateway, "each model with answers and errors");
            failOver(gateway.camel().getRegistry().findSingleByType(MeterRegistry.class));
            measure(gateway, "and every failover that there can be");
        }
        System.exit(0);
    }

    private static String config(FakeProvider upstream) {
        return IntStream.range(0, PROVIDERS)
                .mapToObj(p ->
                        "  - {name: p%d, type: openai, api_key: k, base_url: '%s', models: [%s], cost: {input_per_1k: 1, output_per_1k: 1}}\n"
                                .formatted(p, upstream.url(), models(p)))
                .collect(Collectors.joining("", "providers:\n", ""));
    }

    private static String models(int provider) {
        return IntStream.range(0, MODELS)
                .mapToObj(model -> "p" + provider + "-m" + model)
                .collect(Collectors.joining(", "));
    }

    private static void askAll(TestGateway gateway, boolean stream) {
        for (int provider = 0; provider < PROVIDERS; provider++) {
            for (int model = 0; model < MODELS; model++) {
                gateway.chat(TestGateway.chat("p" + provider + "-m" + model, stream));
            }
        }
    }

    private static void failOver(MeterRegistry meters) {
        for (int from = 0; from < PROVIDERS; from++) {
            for (int to = 0; to < PROVIDERS; to++) {
                for (String reason : from == to ? List.<String>of() : REASONS) {
                    Counter.builder("loom.ai.failovers")
                            .tags("from", "p" + from, "to", "p" + to, "reason", reason)
                            .register(meters)
                            .increment();
                }
            }
        }
    }

    private static void measure(TestGateway gateway, String what) {
        IntStream.range(0, WARM_UP).forEach(i -> scrape(gateway));
        long processor = processorNanos();
        long[] nanos = IntStream.range(0, MEASURED)
                .mapToLong(i -> {
                    long start = System.nanoTime();
                    scrape(gateway);
                    return System.nanoTime() - start;
                })
                .sorted()
                .toArray();
        processor = processorNanos() - processor;
        long series = Arrays.stream(scrape(gateway).split("\n"))
                .filter(line -> !line.startsWith("#"))
                .count();
        System.out.printf(
                "%s: %d series, %d kB, median %.1f ms, 95th percentile %.1f ms, processor %.1f ms%n",
                what,
                series,
                scrape(gateway).length() / 1024,
                nanos[MEASURED / 2] / 1e6,
                nanos[MEASURED * 95 / 100] / 1e6,
                processor / 1e6 / MEASURED);
    }

    /** Of this whole process, gateway, client and garbage collector: what a busy machine does not falsify. */
    private static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static String scrape(TestGateway gateway) {
        return gateway.get(gateway.adminUrl() + "/metrics").body();
    }
}
