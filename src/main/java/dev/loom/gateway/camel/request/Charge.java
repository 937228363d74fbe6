package dev.loom.gateway.camel.request;

import dev.loom.gateway.accounts.Accounting;
import dev.loom.gateway.accounts.Asker;
import dev.loom.gateway.accounts.Decision;
import dev.loom.gateway.accounts.Ledger;
import dev.loom.gateway.accounts.Limit;
import dev.loom.gateway.accounts.Refusal;
import dev.loom.gateway.accounts.Reservation;
import dev.loom.gateway.accounts.Standing;
import dev.loom.gateway.accounts.Undecided;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.config.CostConfig.Price;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.Plan;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.routing.Spending;
import dev.loom.gateway.traffic.Asked;
import dev.loom.gateway.traffic.Fleet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose request it is, and what it costs them. There is none where {@code token_accounting} is off. */
final class Charge implements Awaited.Look<Decision> {

    private static final Usage NOTHING = new Usage(0, 0, 0);

    private final Accounting accounting;
    private final Asker asker;
    private final @Nullable OwnCount own;
    private String account;
    private @Nullable Asked<Decision> asked;
    private @Nullable Reservation reservation;
    private Usage used = NOTHING;
    private long cost;
    private boolean settled;

    /** What plans before the last one have cost, where a route has asked more than once. */
    private List<Spending> earlier = List.of();

    private Charge(Accounting accounting, Asker asker) {
        this.accounting = accounting;
        this.asker = accounting.identity().believed(asker);
        this.own = OwnCount.of(accounting.config());
        this.account = accounting.ledger().admit(accounting.identity().account(asker));
    }

    /** Null where nobody counts. */
    static @Nullable Charge of(@Nullable Accounting accounting, Asker asker) {
        return accounting == null ? null : new Charge(accounting, asker);
    }

    String account() {
        return account;
    }

    /** A step of the route knows better whose request it is. */
    void account(String other) {
        account = accounting.ledger().admit(accounting.identity().name(other));
    }

    void spent(List<Spending> spendings) {
        List<Spending> all = new ArrayList<>(earlier);
        all.addAll(spendings);
        earlier = all;
    }

    /** Another provider is asked now. */
    void begin() {
        if (own != null) {
            own.begin();
        }
    }

    /** A part of the answer, or all of it, in the hub's words. */
    void said(byte[] json) {
        if (own != null) {
            own.said(json);
        }
    }

    /** All that was used, after the end of the request. */
    Usage used() {
        return used;
    }

    /** US dollars, after the end of the request. */
    double costUsd() {
        return cost / Limit.NANO;
    }

    List<Standing> standings() {
        return accounting.ledger().standings(account);
    }

    boolean isSettled() {
        return settled;
    }

    boolean showsHeaders() {
        return accounting.config().responseHeaders().enabled();
    }

    /**
     * Takes what the request may use out of the account's limits: the most that any of its candidates may cost.
     *
     * @throws RequestEnded with 429 if a limit has no room for it; if that is not known yet, the request finds out before its call
     */
    void reserve(Plan plan, ApiRequest request, Awaited awaited) throws RequestEnded {
        if (reservation != null || asked != null || !accounting.config().limited()) {
            return;
        }
        long input = plan.request().inputTokens();
        if (own != null) {
            input = own.input(request, input);
        }
        long tokens = 0;
        long nanoDollars = 0;
        for (Candidate candidate : plan.order()) {
            long output = output(candidate, plan.request());
            tokens = Math.max(tokens, input + output);
            nanoDollars = Math.max(nanoDollars, cost(candidate.price(), input, output));
        }
        Ledger ledger = accounting.ledger();
        if (!ledger.isShared()) {
            at(ledger.reserve(account, asker, tokens, nanoDollars));
            return;
        }
        Asked<Decision> sent = ledger.ask(account, asker, tokens, nanoDollars);
        awaited.add(sent, this);
        asked = sent;
    }

    @Override
    public void at(Decision decision) throws RequestEnded {
        if (decision instanceof Refusal refusal) {
            accounting.observer().refused(account, refusal.limit());
            throw RequestEnded.with(AccountRefusal.reply(account, refusal));
        }
        if (decision instanceof Undecided) {
            throw RequestEnded.with(undecided());
        }
        reservation = (Reservation) decision;
    }

    /** What the client allows; only where it says nothing, what is usual. */
    private static long output(Candidate candidate, RoutingRequest request) {
        Integer most = request.maxTokens();
        return most != null ? most : candidate.outputTokens(request);
    }

    private static long cost(@Nullable Price price, long input, long output) {
        return price == null ? 0 : Limit.nano((input * price.inputPer1k() + output * price.outputPer1k()) / 1000);
    }

    private static Reply undecided() {
        ApiError error = ApiError.server(
                "The shared state cannot be reached, so it is not known whether this account has room. Try again.",
                "state_unavailable");
        return Reply.error(503, error).with("Retry-After", Long.toString(Fleet.RETRY.toSeconds()));
    }

    /** The request is over: what its calls have used is the account's, once. */
    void settle(@Nullable Plan plan, @Nullable Attempt last, @Nullable ApiRequest request) {
        for (int i = 0; i < earlier.size(); i++) {
            count(earlier.get(i), false);
        }
        List<Spending> spendings = plan == null ? List.of() : plan.spendings();
        for (int i = 0; i < spendings.size(); i++) {
            Spending spending = spendings.get(i);
            boolean answered = i == spendings.size() - 1;
            count(
                    own == null || request == null
                            ? spending
                            : spending.with(own.instead(spending.usage(), request, answered)),
                    answered);
        }
        if (spendings.isEmpty() && plan != null && plan.attempts() > 0 && last != null) {
            accounting
                    .buffer()
                    .add(
                            account,
                            last.candidate().provider(),
                            Printable.of(last.candidate().model()),
                            1,
                            NOTHING,
                            0);
        }
        settled = true;
        if (reservation == null && asked != null && asked.get() instanceof Reservation late) {
            reservation = late;
        }
        if (reservation != null) {
            reservation.settle(used.input() + used.output(), cost);
        }
    }

    private void count(Spending spending, boolean last) {
        Usage usage = spending.usage();
        long nanoDollars = Limit.nano(spending.costUsd());
        used = used.plus(usage);
        cost += nanoDollars;
        accounting
                .buffer()
                .add(account, spending.provider(), Printable.of(spending.model()), last ? 1 : 0, usage, nanoDollars);
        accounting.observer().used(account, spending.provider(), spending.model(), usage, nanoDollars);
    }
}
