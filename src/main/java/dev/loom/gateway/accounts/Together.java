package dev.loom.gateway.accounts;

import dev.loom.gateway.traffic.SharedAccounts;
import dev.loom.gateway.traffic.SharedAccounts.Reply;
import dev.loom.gateway.traffic.SharedAccounts.Taken;
import dev.loom.gateway.traffic.SharedAccounts.Window;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How requests of an account are counted: by all instances together, where they share something and it is there, and otherwise by
 * this one alone. No lock is held while the store is asked.
 */
final class Together {

    private Together() {}

    /** @return null if the account has been closed meanwhile, or other limits have come into force */
    static @Nullable Decision reserve(Account account, Tier tier, long tokens, long cost) {
        SharedAccounts all = account.ledger().shared();
        if (all == null || tier.limits().isEmpty()) {
            return account.reserve(tier, tokens, cost);
        }
        if (all.available()) {
            List<Window> windows = account.windows(tier);
            if (windows == null) {
                return null;
            }
            Taken taken = all.reserve(account.name(), windows, tokens, cost, late -> account.heard(tier, late));
            if (taken != null) {
                return decided(account, tier, windows, taken, tokens, cost);
            }
        }
        return all.refuses() ? new Undecided() : account.reserve(tier, tokens, cost);
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
