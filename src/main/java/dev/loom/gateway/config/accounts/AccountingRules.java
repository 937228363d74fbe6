package dev.loom.gateway.config.accounts;

import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Suggestion;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What {@code token_accounting} must hold together, once it is read. */
public final class AccountingRules {

    private final TokenAccountingConfig config;
    private final Section s;
    private final List<String> clients;

    private AccountingRules(TokenAccountingConfig config, Section s, ServerConfig server) {
        this.config = config;
        this.s = s;
        this.clients = server.apiKeys().stream()
                .map(ServerConfig.ApiKey::name)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    public static TokenAccountingConfig checked(Section s, ServerConfig server) {
        TokenAccountingConfig config = TokenAccountingConfig.read(s);
        new AccountingRules(config, s, server).check();
        return config;
    }

    private void check() {
        if (new AccountKey(config.key()).has(AccountKey.Claim.class) && config.jwt() == null) {
            s.errorUnlessReported(
                    "jwt", "is required if token_accounting.key names jwt: it says how tokens are verified");
        }
        checkStorage();
        checkTiers();
    }

    private void checkStorage() {
        if (config.storage().equals("postgres") && config.postgres().connectionString() == null) {
            s.errorUnlessReported("postgres", "connection_string is required for storage: postgres");
        }
        if (config.storage().equals("redis") && config.redis().address() == null) {
            s.errorUnlessReported("redis", "address is required for storage: redis");
        }
        if (!config.storage().equals("memory")) {
            config.limits().stream()
                    .filter(limit -> limit.window().compareTo(config.retention()) > 0)
                    .forEach(limit -> forgets(limit.name()));
            config.costLimits().stream()
                    .filter(limit -> limit.window().compareTo(config.retention()) > 0)
                    .forEach(limit -> forgets(limit.name()));
        }
    }

    private void forgets(String limit) {
        s.error(
                "retention",
                "is shorter than the window of the limit " + limit + "; a restart would forget a part of it");
    }

    private void checkTiers() {
        Set<TierConfig.Match> seen = new HashSet<>();
        List<Place> places = AccountLimits.places(s, "tiers");
        for (int i = 0; i < config.tiers().size() && i < places.size(); i++) {
            TierConfig.Match match = config.tiers().get(i).match();
            Place at = places.get(i).key("match");
            if (!seen.add(match)) {
                s.problem(at, "never matches: an earlier tier has the same match");
            } else if (match.key() != null && !clients.contains(match.key())) {
                String known = clients.isEmpty() ? "none" : String.join(", ", clients);
                s.problem(
                        at,
                        "never matches: server.api_keys has no key \"" + match.key() + '"'
                                + Suggestion.of(match.key(), clients, "defined: " + known));
            } else if (match.header() != null
                    && clients.isEmpty()
                    && config.trust().equals("keys")) {
                s.problem(
                        at,
                        "never matches: without a valid client key, the gateway believes no header; set"
                                + " server.api_keys, or trust: anonymous");
            }
        }
    }
}
