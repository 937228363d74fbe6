package dev.loom.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.strategies.Strategies;
import dev.loom.gateway.traffic.ManualTime;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A planner with everything around it, on a clock that the test moves. */
final class Bench {

    final ManualTime time = new ManualTime();
    final Random random = new Random(1);
    final Map<String, ProviderTraffic> traffic = new LinkedHashMap<>();
    final List<String> failovers = new ArrayList<>();
    final List<String> refusals = new ArrayList<>();
    final Strategy strategy;
    final Planner planner;

    Bench(Setup setup) {
        GatewayConfig config = setup.build();
        config.providers()
                .forEach(provider ->
                        traffic.put(provider.name(), new ProviderTraffic(provider, config.routing(), time)));
        RoutingObserver observer = new RoutingObserver() {
            @Override
            public void failedOver(String from, String to, String reason) {
                failovers.add(from + ">" + to + ":" + reason);
            }

            @Override
            public void limited(String provider, String limit) {
                refusals.add(provider + ":" + limit);
            }
        };
        strategy = Strategies.of(config.routing(), time);
        planner = new Planner(config, traffic, strategy, observer, time, random);
    }

    ProviderTraffic traffic(String provider) {
        return Objects.requireNonNull(traffic.get(provider));
    }

    Plan plan(String model) throws ModelNotServed {
        return planner.plan(chat(model, ""));
    }

    /** A plan for the model {@code m}. */
    Plan plan() throws ModelNotServed {
        return plan("m");
    }

    static ChatRequest chat(String model, String more) {
        String body =
                "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]" + more + "}";
        try {
            return ChatRequest.parse(body.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidRequest e) {
            throw new AssertionError(e);
        }
    }

    /** The order of the candidates of one request for {@code m}, as the strategy sees them now. */
    List<String> order() throws ModelNotServed {
        return plan().order().stream().map(Candidate::provider).toList();
    }

    String first() throws ModelNotServed {
        return order().get(0);
    }

    /** The next step, which must be an attempt, let through by the breaker and on its way. */
    Attempt call(Plan plan) {
        Attempt attempt = attempt(plan);
        attempt.candidate().traffic().breaker().acquirePermission();
        attempt.admitted();
        attempt.calling();
        return attempt;
    }

    /** The same, and it must go to this provider. */
    Attempt call(Plan plan, String provider) {
        Attempt attempt = call(plan);
        assertThat(attempt.candidate().provider()).isEqualTo(provider);
        return attempt;
    }

    static Attempt attempt(Plan plan) {
        Step step = plan.next();
        assertThat(step).isInstanceOf(Attempt.class);
        return (Attempt) step;
    }

    static FinalError giveUp(Plan plan) {
        Step step = plan.next();
        assertThat(step).isInstanceOf(Step.GiveUp.class);
        return ((Step.GiveUp) step).error();
    }

    /** The next step must be a pause; the time passes. */
    Duration pause(Plan plan) {
        Step step = plan.next();
        assertThat(step).isInstanceOf(Step.Pause.class);
        Duration duration = ((Step.Pause) step).duration();
        time.advance(duration);
        return duration;
    }

    static void succeed(Attempt attempt) {
        attempt.committed();
        attempt.completed(new Usage(10, 20, 0));
    }

    /** What is left of one of a provider's limits. */
    long remaining(String provider, String limit) {
        return Objects.requireNonNull(traffic(provider).limits().levels().get(limit))
                .remaining();
    }

    void openBreaker(String provider) {
        traffic(provider).breaker().transitionToOpenState();
    }

    void makeUnhealthy(String provider) {
        traffic(provider).health().checkFailed(Duration.ofMillis(5), "down");
        traffic(provider).health().checkFailed(Duration.ofMillis(5), "down");
    }

    static Failure failure(Outcome outcome, int status) {
        return failure(outcome, status, (Duration) null);
    }

    static Failure failure(Outcome outcome, int status, @Nullable Duration retryAfter) {
        ApiError error = new ApiError("The provider says " + status, "some_error", null, "some_code");
        return new Failure(outcome, status, error, retryAfter, "req-1", false);
    }

    static Failure failure(Outcome outcome, int status, String message) {
        return new Failure(outcome, status, new ApiError(message, "some_error", null, null), null, "req-1", false);
    }

    static Failure unavailable() {
        return failure(Outcome.TRANSIENT, 503);
    }

    static Failure rateLimited() {
        return failure(Outcome.RATE_LIMITED, 429);
    }
}
