package dev.loom.gateway.accounts;

import dev.loom.gateway.config.accounts.TierConfig;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The limits of one configuration, and how much of each an account gets. Immutable. */
public final class Rules {

    private record Entry(TierConfig.Match match, Tier tier) {}

    private final List<Limit> limits;
    private final Tier standard;
    private final List<Entry> tiers = new ArrayList<>();

    public Rules(TokenAccountingConfig config) {
        ZoneId zone = ZoneId.of(config.timeZone());
        limits = Stream.concat(
                        config.limits().stream().map(limit -> Limit.of(limit, zone)),
                        config.costLimits().stream().map(limit -> Limit.of(limit, zone)))
                .toList();
        standard = new Tier("", limits, limits.stream().map(Limit::most).toList());
        config.tiers().forEach(tier -> tiers.add(new Entry(tier.match(), tier(tier))));
    }

    private Tier tier(TierConfig config) {
        List<Long> most = limits.stream().map(limit -> most(limit, config)).toList();
        return new Tier(config.name(), limits, most);
    }

    private static long most(Limit limit, TierConfig config) {
        boolean tokens = limit.kind() == Limit.Kind.TOKENS;
        Map<String, TierConfig.Most> figures = tokens ? config.limits() : config.costLimits();
        TierConfig.Most most = figures.get(limit.name());
        if (most == null) {
            return limit.most();
        }
        return tokens && !Double.isInfinite(most.value()) ? (long) most.value() : Limit.nano(most.value());
    }

    public List<Limit> limits() {
        return limits;
    }

    /** The longest window; zero without limits. */
    Duration longest() {
        return limits.stream().map(Limit::window).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Of whoever matches no tier. */
    Tier standard() {
        return standard;
    }

    /** @param asker of whom is known only what is believed */
    Tier tier(Asker asker) {
        for (Entry entry : tiers) {
            if (matches(entry.match(), asker)) {
                return entry.tier();
            }
        }
        return standard;
    }

    private static boolean matches(TierConfig.Match match, Asker asker) {
        return match.header() == null
                ? match.key() != null && match.key().equals(asker.client())
                : match.value() != null && match.value().equals(asker.header(match.header()));
    }
}
