package dev.loom.gateway.routing;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.routing.Eligibility.Match;
import dev.loom.gateway.routing.Explanation.State;
import dev.loom.gateway.routing.Explanation.Verdict;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts together what a request would meet with: it walks a foretold plan, and looks at every provider beside it. */
final class Foresight {

    private final PlanContext context;
    private final Strategy strategy;
    private final Eligibility eligibility;
    private final BiFunction<ProviderTraffic, String, Candidate> candidates;
    private final Function<Candidate, @Nullable ApiError> objection;
    private final Plan plan;

    /**
     * @param strategy frozen
     * @param candidates of a provider and the name that it would be sent
     * @param objection of a provider's dialect to the request, null where it has none
     * @param plan foretold
     */
    Foresight(
            PlanContext context,
            Strategy strategy,
            Eligibility eligibility,
            BiFunction<ProviderTraffic, String, Candidate> candidates,
            Function<Candidate, @Nullable ApiError> objection,
            Plan plan) {
        this.context = context;
        this.strategy = strategy;
        this.eligibility = eligibility;
        this.candidates = candidates;
        this.objection = objection;
        this.plan = plan;
    }

    /** @param routed names of the providers that the strategy chooses among for this model */
    Explanation explain(
            GatewayConfig config,
            Map<String, ProviderTraffic> traffic,
            Collection<String> routed,
            @Nullable Candidate fallback) {
        List<Verdict> verdicts = config.providers().stream()
                .map(provider -> verdict(provider, traffic.get(provider.name()), routed.contains(provider.name())))
                .toList();
        Step step = firstStep();
        Candidate first = step instanceof Attempt attempt ? attempt.candidate() : null;
        FinalError error = step instanceof Step.GiveUp giveUp ? giveUp.error() : null;
        return new Explanation(plan.request(), verdicts, plan.order(), first, fallback, error);
    }

    /** The first attempt that gets past its provider's dialect. */
    private Step firstStep() {
        Step step = plan.next();
        while (step instanceof Attempt attempt) {
            ApiError objected = objection.apply(attempt.candidate());
            if (objected == null) {
                return attempt;
            }
            attempt.unsupported(objected);
            step = plan.next();
        }
        return step;
    }

    private Verdict verdict(ProviderConfig provider, @Nullable ProviderTraffic traffic, boolean routed) {
        String model = plan.request().model();
        Match match = eligibility.match(provider, model);
        State state = traffic == null ? null : state(candidates.apply(traffic, match == null ? model : match.model()));
        Verdict verdict = new Verdict(
                provider, routed, match == null ? null : match.by(), match == null ? null : match.entry(), state, null);
        return state == null || !verdict.eligible() ? verdict : scored(verdict, state.candidate());
    }

    private Verdict scored(Verdict verdict, Candidate candidate) {
        return new Verdict(
                verdict.provider(),
                verdict.routed(),
                verdict.by(),
                verdict.entry(),
                verdict.state(),
                strategy.figures(candidate, plan.order(), plan.request()));
    }

    private State state(Candidate candidate) {
        ProviderTraffic traffic = candidate.traffic();
        SkipReason skipped = context.skipReason(traffic);
        Limits.Refusal refusal = traffic.limits().check(candidate.tokens(plan.request()));
        ApiError unsupported = objection.apply(candidate);
        if (skipped == null && refusal != null) {
            skipped = SkipReason.of(refusal);
        } else if (skipped == null && unsupported != null) {
            skipped = SkipReason.UNSUPPORTED;
        }
        boolean low = traffic.headroom().low(context.routing().lowRemaining());
        return new State(candidate, skipped, context.drained(traffic), low, refusal, unsupported);
    }
}
