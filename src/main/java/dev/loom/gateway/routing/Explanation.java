package dev.loom.gateway.routing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would happen to a request now, and why.
 *
 * @param verdicts on every provider of the configuration, in the order of the file
 * @param order of the strategy, those included that would be skipped
 * @param first who would be called; null where nobody would
 * @param fallback null where there is none
 * @param error what the client would get where nobody would be called, else null
 */
public record Explanation(
        RoutingRequest request,
        List<Verdict> verdicts,
        List<Candidate> order,
        @Nullable Candidate first,
        @Nullable Candidate fallback,
        @Nullable FinalError error) {

    /**
     * What speaks for and against one provider.
     *
     * @param routed the strategy, a route or the default of the model knows it
     * @param by the key by which it serves the model, as in {@code Eligibility.Match}; null where none does
     * @param entry what stands under that key
     * @param state null for a provider that is not enabled
     * @param score what the strategy makes of it; null for one that is not eligible
     */
    public record Verdict(
            ProviderConfig provider,
            boolean routed,
            @Nullable String by,
            @Nullable String entry,
            @Nullable State state,
            @Nullable ObjectNode score) {

        public boolean eligible() {
            return state != null && routed && by != null;
        }
    }

    /**
     * How a provider stands.
     *
     * @param candidate under the name that would be sent; for one that does not serve the model the client's own
     * @param skipped why it would be passed over, null if it would not
     * @param drained by an operator, by weight 0 or by a breaker that was forced open
     * @param low its own headers say that little is left
     * @param refusal of its own limits, null where there is room
     * @param unsupported what its dialect cannot say, null where it can say all
     */
    public record State(
            Candidate candidate,
            @Nullable SkipReason skipped,
            boolean drained,
            boolean low,
            Limits.@Nullable Refusal refusal,
            @Nullable ApiError unsupported) {

        public ProviderTraffic traffic() {
            return candidate.traffic();
        }
    }
}
