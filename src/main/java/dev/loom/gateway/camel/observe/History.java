package dev.loom.gateway.camel.observe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.traffic.Counters;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the providers' counters said in the last hour, so that the status page's charts do not begin when it is opened. A
 * sample is taken every ten seconds and costs requests nothing. In memory only. Thread-safe.
 */
public final class History {

    /** Between two samples: a chart of five minutes has thirty points, and fifty providers take some 2 MB. */
    public static final Duration EVERY = Duration.ofSeconds(10);

    private static final Duration KEPT = Duration.ofHours(1);

    private final ArrayDeque<Sample> samples = new ArrayDeque<>();

    private record Sample(Instant at, Map<String, Figures> providers) {}

    /** Counts since the start; {@code p95} in milliseconds over {@link Counters#WINDOW}, null without an attempt in it. */
    private record Figures(long requests, long successes, long errors, double costUsd, @Nullable Double p95) {

        static Figures of(Counters counters) {
            Counters.Snapshot counts = counters.snapshot();
            return new Figures(
                    counts.requests(),
                    counts.successes(),
                    counts.errorCount(),
                    counts.costUsd(),
                    ProviderViews.rounded(counters.latency().percentile(95)));
        }
    }

    /** Takes a sample, and forgets what is older than an hour. */
    public void sample(Instant now, Collection<ProviderTraffic> providers) {
        Map<String, Figures> figures = new LinkedHashMap<>();
        providers.forEach(provider -> figures.put(provider.name(), Figures.of(provider.counters())));
        synchronized (samples) {
            samples.removeIf(sample -> sample.at.isBefore(now.minus(KEPT)));
            samples.add(new Sample(now, figures));
        }
    }

    private List<Sample> all() {
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }

    /**
     * As {@code GET /ai/history} shows it: a list of times, and for each provider lists as long, with null where there was
     * no such provider.
     */
    public ObjectNode toJson(Instant now) {
        List<Sample> all = all();
        ObjectNode json = Json.object().put("now", ProviderViews.iso(now)).put("every_ms", EVERY.toMillis());
        ArrayNode times = json.putArray("times");
        Set<String> names = new LinkedHashSet<>();
        for (Sample sample : all) {
            times.add(ProviderViews.iso(sample.at));
            names.addAll(sample.providers.keySet());
        }
        ArrayNode providers = json.putArray("providers");
        names.forEach(name -> providers.add(columns(name, all)));
        return json;
    }

    private static ObjectNode columns(String name, List<Sample> all) {
        ObjectNode json = Json.object().put("name", name);
        column(json, "requests", name, all, (list, figures) -> list.add(figures.requests));
        column(json, "successes", name, all, (list, figures) -> list.add(figures.successes));
        column(json, "errors", name, all, (list, figures) -> list.add(figures.errors));
        column(json, "cost_usd", name, all, (list, figures) -> list.add(figures.costUsd));
        column(json, "p95_ms", name, all, (list, figures) -> list.add(figures.p95));
        return json;
    }

    private static void column(
            ObjectNode json, String key, String name, List<Sample> all, BiConsumer<ArrayNode, Figures> add) {
        ArrayNode list = json.putArray(key);
        for (Sample sample : all) {
            Figures figures = sample.providers.get(name);
            if (figures == null) {
                list.addNull();
            } else {
                add.accept(list, figures);
            }
        }
    }
}
