package dev.loom.gateway.accounts;

import java.util.List;

/**
 * How much each limit allows to some accounts.
 *
 * @param name empty for those that match no tier
 * @param limits in the order of the configuration, tokens before costs
 * @param most of each, in tokens or nano-dollars
 */
public record Tier(String name, List<Limit> limits, List<Long> most) {

    long most(int limit) {
        return most.get(limit);
    }
}
