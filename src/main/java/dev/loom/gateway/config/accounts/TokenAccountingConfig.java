package dev.loom.gateway.config.accounts;

import dev.loom.gateway.config.Types;
import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code token_accounting}: who spends what, and how much they may.
 *
 * @param key what makes an account of a request, as {@link AccountKey} reads it
 * @param trust whether what a client says of itself counts beside a valid one of {@code server.api_keys} only, or always,
 *     which is {@code anonymous}
 * @param timeZone of the days and months of {@code align}, an IANA name
 * @param inputSource {@code response}: as the provider counts; {@code estimate}: as the gateway counts
 * @param outputSource the same for the answer
 * @param tokenizer of the gateway's own count
 * @param retention how long usage is kept
 * @param jwt null where no token is verified
 */
public record TokenAccountingConfig(
        boolean enabled,
        String key,
        String trust,
        @Nullable JwtConfig jwt,
        String source,
        String inputSource,
        String outputSource,
        String tokenizer,
        String storage,
        Duration retention,
        AccountStoreConfig.FileStore file,
        AccountStoreConfig.Redis redis,
        AccountStoreConfig.Postgres postgres,
        String timeZone,
        List<TokenLimitConfig> limits,
        List<CostLimitConfig> costLimits,
        List<TierConfig> tiers,
        ResponseHeaders responseHeaders,
        List<WebhookConfig> webhooks) {

    /** {@code response_headers}. */
    public record ResponseHeaders(boolean enabled) {

        static ResponseHeaders read(Section s) {
            return new ResponseHeaders(s.get("enabled", Types.FLAG, false));
        }
    }

    /** Of a file that says nothing of it. */
    public static final TokenAccountingConfig OFF = off();

    private static TokenAccountingConfig off() {
        Place nowhere = new Place("", 1, 1, "token_accounting");
        return read(new Section(new Mapping(nowhere, Map.of()), new Problems(List.of())));
    }

    /** Whether several instances keep what is used in one place. */
    public boolean isKeptForAll() {
        return storage.equals("redis") || storage.equals("postgres");
    }

    private static ScalarType<String> sources() {
        return Types.choice(false, "response", "estimate");
    }

    static TokenAccountingConfig read(Section s) {
        String source = s.get("source", sources(), "response");
        List<TokenLimitConfig> limits = AccountLimits.tokens(s);
        List<CostLimitConfig> costLimits = AccountLimits.costs(s);
        List<String> names = AccountLimits.names(limits);
        List<String> costNames = AccountLimits.costNames(costLimits);
        return new TokenAccountingConfig(
                s.get("enabled", Types.FLAG, false),
                s.get("key", AccountKey.TYPE, "client"),
                s.get("trust", Types.choice(false, "keys", "anonymous"), "keys"),
                s.optional("jwt", JwtConfig::read),
                source,
                s.get("input_source", sources(), source),
                s.get("output_source", sources(), source),
                s.get("tokenizer", Types.choice(false, "cl100k_base", "o200k_base"), "cl100k_base"),
                s.get("storage", Types.choice(false, "memory", "file", "redis", "postgres"), "memory"),
                s.get("retention", Types.POSITIVE_DURATION, Duration.ofDays(1)),
                s.section("file", AccountStoreConfig.FileStore::read),
                s.section("redis", AccountStoreConfig.Redis::read),
                s.section("postgres", AccountStoreConfig.Postgres::read),
                s.get("time_zone", TimeZones.TYPE, "UTC"),
                limits,
                costLimits,
                s.sections("tiers", tier -> TierConfig.read(tier, names, costNames)),
                s.section("response_headers", ResponseHeaders::read),
                s.sections("webhooks", WebhookConfig::read));
    }

    /** Whether a request may be refused for what its account has used. */
    public boolean limited() {
        return !limits.isEmpty() || !costLimits.isEmpty();
    }
}
