package dev.loom.gateway.camel.observe;

import dev.loom.gateway.traffic.Counters;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;

/**
 * One provider as JMX shows it: the figures of {@code /ai/providers/{name}/stats} and the same actions. Public
 * because the JVM's management calls it by reflection. What an attribute is stands in its annotation.
 */
@ManagedResource(description = "One LLM provider: its state, its figures, and what an operator can do about it")
public final class ManagedProvider {

    private final ProviderTraffic provider;

    ManagedProvider(ProviderTraffic provider) {
        this.provider = provider;
    }

    private Counters counters() {
        return provider.counters();
    }

    @ManagedAttribute(description = "Its name in the configuration")
    public String getName() {
        return provider.name();
    }

    @ManagedAttribute(description = "openai, azure, anthropic, vertex, gemini, simulator or bean:<name>")
    public String getType() {
        return provider.config().type();
    }

    @ManagedAttribute(description = "The models that it is configured to serve; none means any")
    public List<String> getModels() {
        return ProviderViews.models(provider.config());
    }

    @ManagedAttribute(description = "healthy, unhealthy, or unknown, which counts as usable")
    public String getStatus() {
        return provider.health().status().label();
    }

    @ManagedAttribute(description = "What was wrong at the last check or answer; null if nothing")
    public @Nullable String getHealthError() {
        return provider.health().snapshot().error();
    }

    @ManagedAttribute(description = "Time of the last check or answer, ISO-8601 in UTC; null before the first")
    public @Nullable String getLastCheck() {
        return text(provider.health().snapshot().lastCheck());
    }

    @ManagedAttribute(description = "Whether an operator has taken it out of service")
    public boolean isDrained() {
        return provider.drained();
    }

    @ManagedAttribute(description = "Attempts at this provider since the start")
    public long getRequests() {
        return counters().snapshot().requests();
    }

    @ManagedAttribute(description = "Attempts that succeeded")
    public long getSuccesses() {
        return counters().snapshot().successes();
    }

    @ManagedAttribute(description = "Attempts that failed; clients that left are not among them")
    public long getErrors() {
        return counters().snapshot().errorCount();
    }

    @ManagedAttribute(description = "Failed attempts by what they came to, such as rate_limited")
    public Map<String, Long> getErrorsByClass() {
        Map<String, Long> errors = new TreeMap<>();
        counters().snapshot().errors().forEach((outcome, count) -> errors.put(outcome.label(), count));
        return errors;
    }

    @ManagedAttribute(description = "Tokens of prompts")
    public long getInputTokens() {
        return counters().snapshot().tokens().input();
    }

    @ManagedAttribute(description = "Tokens of answers")
    public long getOutputTokens() {
        return counters().snapshot().tokens().output();
    }

    @ManagedAttribute(description = "Tokens of prompts that the provider had in its cache")
    public long getCachedTokens() {
        return counters().snapshot().tokens().cached();
    }

    @ManagedAttribute(description = "US dollars, by the configured prices")
    public double getCostUsd() {
        return counters().snapshot().costUsd();
    }

    @ManagedAttribute(description = "Attempts under way")
    public long getInFlight() {
        return counters().inFlight();
    }

    @ManagedAttribute(description = "Mean time of an attempt in ms, last 5 minutes; null without one")
    public @Nullable Double getLatencyAvgMs() {
        return ProviderViews.rounded(counters().latency().mean());
    }

    @ManagedAttribute(description = "Median time of an attempt in ms, last 5 minutes; null without one")
    public @Nullable Double getLatencyP50Ms() {
        return latency(50);
    }

    @ManagedAttribute(description = "95th percentile of the time of an attempt in ms, last 5 minutes; null without one")
    public @Nullable Double getLatencyP95Ms() {
        return latency(95);
    }

    @ManagedAttribute(description = "99th percentile of the time of an attempt in ms, last 5 minutes; null without one")
    public @Nullable Double getLatencyP99Ms() {
        return latency(99);
    }

    private @Nullable Double latency(int percentile) {
        return ProviderViews.rounded(counters().latency().percentile(percentile));
    }

    @ManagedAttribute(
            description = "Median time to the first token of a stream in ms, last 5 minutes; null without one")
    public @Nullable Double getTimeToFirstTokenP50Ms() {
        return ProviderViews.rounded(counters().firstToken().percentile(50));
    }

    @ManagedAttribute(
            description = "95th percentile of the time to the first token in ms, last 5 minutes; null without one")
    public @Nullable Double getTimeToFirstTokenP95Ms() {
        return ProviderViews.rounded(counters().firstToken().percentile(95));
    }

    @ManagedAttribute(description = "closed, half_open or open")
    public String getCircuitBreaker() {
        return ProviderViews.breakerState(provider);
    }

    @ManagedAttribute(description = "Failures in a row, as the circuit breaker counts them")
    public int getConsecutiveFailures() {
        return provider.breaker().consecutiveFailures();
    }

    @ManagedAttribute(description = "When its cool-down ends, ISO-8601 in UTC; null when it has none")
    public @Nullable String getCoolDownUntil() {
        return text(provider.coolDown().until());
    }

    @ManagedAttribute(description = "The limits that are set")
    public Map<String, Long> getLimits() {
        return levels(Limits.Level::limit);
    }

    @ManagedAttribute(description = "What is left of each limit; below zero where more was used than reserved")
    public Map<String, Long> getLimitsRemaining() {
        return levels(Limits.Level::remaining);
    }

    private Map<String, Long> levels(ToLongFunction<Limits.Level> figure) {
        Map<String, Long> levels = new TreeMap<>();
        provider.limits().levels().forEach((name, level) -> levels.put(name, figure.applyAsLong(level)));
        return levels;
    }

    @ManagedOperation(description = "No new request goes to it; those under way come to their end")
    public void drain() {
        provider.drain();
    }

    @ManagedOperation(description = "It gets requests again, and its cool-down ends")
    public void resume() {
        provider.resume();
    }

    @ManagedOperation(
            description =
                    "Ends its cool-down, closes its circuit breaker, and forgets what its headers said of its limits")
    public void reset() {
        provider.reset();
    }

    @ManagedOperation(description = "Closes its circuit breaker")
    public void resetCircuitBreaker() {
        provider.breaker().reset();
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : ProviderViews.iso(instant);
    }
}
