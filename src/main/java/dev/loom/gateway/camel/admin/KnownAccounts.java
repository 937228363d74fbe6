package dev.loom.gateway.camel.admin;

import dev.loom.gateway.accounts.Identity;
import dev.loom.gateway.accounts.Ledger;
import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.accounts.UsageStore.StoreAway;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.config.yaml.Suggestion;
import dev.loom.gateway.provider.ApiError;
import java.util.List;
import java.util.TreeSet;

/**
 * Tells an account that has used nothing from one that is misspelt: the first has a client key, or has once used something.
 *
 * @param ever all that is kept, for each account
 */
record KnownAccounts(List<ServerConfig.ApiKey> clients, Ledger ledger, UsageStore store, UsageQuery ever) {

    /** Names in a message. */
    private static final int MOST = 20;

    /** @throws RequestEnded with 404 and the names that are known, if this one is not */
    void check(String name) throws RequestEnded, StoreAway {
        if (!isConfigured(name)
                && !ledger.has(name)
                && store.read(ever.of(name)).isEmpty()) {
            TreeSet<String> names = names();
            throw RequestEnded.with(
                    404,
                    ApiError.invalidRequest(
                            "There is no account '" + Printable.of(name) + "'"
                                    + Suggestion.of(name, names, "there are: " + some(names)) + ".",
                            "key",
                            "unknown_account"));
        }
    }

    private boolean isConfigured(String name) {
        return name.equals(Identity.ANONYMOUS)
                || clients.stream().anyMatch(client -> client.name().equals(name));
    }

    private TreeSet<String> names() throws StoreAway {
        TreeSet<String> names = new TreeSet<>();
        clients.forEach(client -> names.add(client.name()));
        for (UsageRow row : store.read(ever)) {
            names.add(row.account());
        }
        return names;
    }

    private static String some(TreeSet<String> names) {
        if (names.isEmpty()) {
            return "none yet";
        }
        String some = String.join(", ", names.stream().limit(MOST).toList());
        return names.size() > MOST ? some + " and " + (names.size() - MOST) + " more" : some;
    }
}
