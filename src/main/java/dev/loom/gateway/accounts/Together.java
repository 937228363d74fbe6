package dev.loom.gateway.accounts;

import dev.loom.gateway.traffic.SharedAccounts;
import dev.loom.gateway.traffic.SharedAccounts.Reply;
import dev.loom.gateway.traffic.SharedAccounts.Taken;
import dev.loom.gateway.traffic.SharedAccounts.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How requests of an account are counted: by all instances together, where they share something and it is there, and otherwise by
 * this one alone. No lock is held while the store is asked.
 */
final class Together {

    private static final Logger LOG = LoggerFactory.getLogger(Together.class);

    /** For somebody who looks at accounts. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private Together() {}

    /** @return null if the account has been closed meanwhile, or other limits have come into force */
    static @Nullable Decision reserve(Account account, Tier tier, long tokens, long cost) {
        return isAsked(account, tier) ? ask(account, tier, tokens, cost).get() : alone(account, tier, tokens, cost);
    }

    /** Whether the answer comes from the store, and so can be waited for later. */
    static boolean isAsked(Account account, Tier tier) {
        SharedAccounts all = account.ledger().shared();
        return all != null && all.available() && !tier.limits().isEmpty();
    }

    /**
     * Asks at once.
     *
     * @return waits for what {@link #reserve} returns
     */
    static Supplier<@Nullable Decision> ask(Account account, Tier tier, long tokens, long cost) {
        SharedAccounts all = account.ledger().shared();
        if (all == null || !isAsked(account, tier)) {
            return () -> alone(account, tier, tokens, cost);
        }
        List<Window> windows = account.windows(tier);
        if (windows == null) {
            return () -> null;
        }
        Supplier<@Nullable Taken> sent =
                all.ask(account.name(), windows, tokens, cost, late -> account.heard(tier, late));
        return () -> {
            Taken taken = sent.get();
            return taken != null
                    ? decided(account, tier, windows, taken, tokens, cost)
                    : alone(account, tier, tokens, cost);
        };
    }

    private static @Nullable Decision alone(Account account, Tier tier, long tokens, long cost) {
        SharedAccounts all = account.ledger().shared();
        boolean unknown = all != null && all.refuses() && !tier.limits().isEmpty();
        return unknown ? new Undecided() : account.reserve(tier, tokens, cost);
    }

    private static Decision decided(
            Account account, Tier tier, List<Window> windows, Taken taken, long tokens, long cost) {
        Reply reply = taken.reply();
        if (taken.request() != null) {
            account.take(tokens, cost);
            account.heard(tier, reply);
            return new Reservation(account, tier, tokens, cost, taken.request());
        }
        account.heard(tier, reply);
        int place = reply.refused();
        long underWay = windows.get(place).ofCost() ? reply.cost() : reply.tokens();
        return new Refusal(
                tier.limits().get(place),
                reply.used().get(place) + underWay,
                tier.most(place),
                Duration.ofMillis(reply.waitMillis()));
    }

    /** Takes over how accounts stand in the store. Where it does not answer in time, they stand as known here. */
    static void look(Collection<Account> accounts, @Nullable SharedAccounts all) {
        if (all == null || !all.available()) {
            return;
        }
        List<CompletableFuture<Void>> looks = new ArrayList<>();
        for (Account account : accounts) {
            Tier tier = account.lastTier();
            looks.add(all.look(account.name(), account.windowsOf(tier)).thenAccept(reply -> {
                if (reply != null) {
                    account.heard(tier, reply);
                }
            }));
        }
        try {
            CompletableFuture.allOf(looks.toArray(CompletableFuture<?>[]::new))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Not all accounts could be looked at in the store", e);
        }
    }

    static void settle(Account account, Reservation reservation, long usedTokens, long usedCost) {
        SharedAccounts all = account.ledger().shared();
        if (all == null || reservation.tier().limits().isEmpty()) {
            account.settle(reservation, usedTokens, usedCost, true);
            return;
        }
        Tier tier = account.inForce(reservation.tier());
        List<Window> windows = account.windowsOf(tier);
        // While the store is there, it names a crossed threshold to one instance alone.
        account.settle(reservation, usedTokens, usedCost, !all.available());
        String request = reservation.common();
        all.settle(account.name(), windows, request, usedTokens, usedCost, reply -> account.heard(tier, reply));
    }
}
