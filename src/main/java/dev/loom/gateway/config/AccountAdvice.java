package dev.loom.gateway.config;

import dev.loom.gateway.config.accounts.AccountKey;
import dev.loom.gateway.config.accounts.CostLimitConfig;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import dev.loom.gateway.config.accounts.TokenLimitConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Warns of limits of accounts that would not do what whoever wrote them means. */
final class AccountAdvice {

    /** A window that is longer lives through restarts, which happen every few days. */
    private static final Duration LONG = Duration.ofDays(1);

    private final GatewayConfig config;
    private final TokenAccountingConfig accounting;
    private final BiConsumer<String, String> warning;

    /** @param warning takes the key under {@code token_accounting} and what is to be said of it */
    AccountAdvice(GatewayConfig config, BiConsumer<String, String> warning) {
        this.config = config;
        this.accounting = config.tokenAccounting();
        this.warning = warning;
    }

    /** @param enabledIsWritten whether the file says {@code enabled} itself */
    void give(boolean enabledIsWritten) {
        if (accounting.enabled()) {
            adviseOnKey();
            adviseOnStorage();
            adviseOnPrices();
        } else if (accounting.limited() && !enabledIsWritten) {
            warning.accept("enabled", "is not set, so nothing is counted and no limit holds; add enabled: true");
        }
    }

    private void adviseOnKey() {
        AccountKey key = new AccountKey(accounting.key());
        boolean said = key.has(AccountKey.Header.class) || key.has(AccountKey.User.class);
        if (said && config.server().apiKeys().isEmpty() && accounting.trust().equals("keys")) {
            warning.accept(
                    "key",
                    "without a valid client key, the gateway believes no header and no field user, so every request"
                            + " counts for the account anonymous; set server.api_keys, or trust: anonymous");
        }
    }

    private void adviseOnStorage() {
        Stream<Duration> windows = Stream.concat(
                accounting.limits().stream().map(TokenLimitConfig::window),
                accounting.costLimits().stream().map(CostLimitConfig::window));
        if (accounting.storage().equals("memory") && windows.anyMatch(window -> window.compareTo(LONG) > 0)) {
            warning.accept(
                    "storage",
                    "is memory, which forgets at each restart what has been used within a limit of weeks or months; set"
                            + " storage: file, redis or postgres, and a retention as long as the limit");
        }
    }

    private void adviseOnPrices() {
        if (accounting.costLimits().isEmpty()) {
            return;
        }
        for (ProviderConfig provider : config.providers()) {
            if (provider.enabled()) {
                modelWithoutPrice(provider)
                        .ifPresent(
                                model -> warning.accept(
                                        "cost_limits",
                                        "the provider " + provider.name() + " has no cost" + model
                                                + ", so its requests cost 0 and no such limit ever holds for them; add cost to it"));
            }
        }
    }

    /** Empty where all have a price; else the words for the first that has none. */
    private Optional<String> modelWithoutPrice(ProviderConfig provider) {
        if (!provider.cost().isKnown()) {
            return Optional.of("");
        }
        return provider.modelNames().stream()
                .filter(model -> !model.endsWith("*")
                        && provider.cost().forModel(model) == null
                        && provider.cost().forModel(sent(model, provider)) == null)
                .findFirst()
                .map(model -> " for the model \"" + model + '"');
    }

    /** As the provider is asked for it. */
    private String sent(String model, ProviderConfig provider) {
        String mapped = config.modelMapping().getOrDefault(model, Map.of()).getOrDefault(provider.name(), model);
        return provider.deployments().getOrDefault(mapped, mapped);
    }
}
