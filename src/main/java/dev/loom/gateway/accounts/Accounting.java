package dev.loom.gateway.accounts;

import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import dev.loom.gateway.traffic.TimeSource;

/**
 * Token accounting under one configuration.
 *
 * @param identity whose request it is
 * @param ledger of all accounts, the same under every configuration
 * @param buffer of what is to be stored, the same under every configuration
 */
public record Accounting(
        TokenAccountingConfig config, Identity identity, Ledger ledger, UsageBuffer buffer, AccountObserver observer) {

    /** @throws IllegalArgumentException if a key of {@code jwt} is none */
    static Accounting under(
            TokenAccountingConfig config,
            Ledger ledger,
            UsageBuffer buffer,
            AccountObserver observer,
            TimeSource time) {
        return new Accounting(config, new Identity(config, Tokens.of(config.jwt(), time)), ledger, buffer, observer);
    }
}
