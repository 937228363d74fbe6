package dev.loom.gateway.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import dev.loom.gateway.traffic.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final String TEAM = "team-a";

    private final ManualTime time = new ManualTime();

    private static TokenAccountingConfig config(String yaml) {
        return Accounting.config(yaml);
    }

    private Ledger ledger(String yaml) {
        return new Ledger(new Rules(config(yaml)), time);
    }

    private static Reservation taken(Decision decision) {
        assertThat(decision).isInstanceOf(Reservation.class);
        return (Reservation) decision;
    }

    private static Refusal refused(Decision decision) {
        assertThat(decision).isInstanceOf(Refusal.class);
        return (Refusal) decision;
    }

    private void use(Ledger ledger, long tokens, long cost) {
        taken(ledger.reserve(TEAM, Asker.NOBODY, tokens, cost)).settle(tokens, cost);
    }

    @Test
    void what_does_not_fit_is_refused_until_enough_has_left_the_window() {
        Ledger ledger = ledger("limits: [{window: 1m, max_tokens: 100}]");
        use(ledger, 60, 0);
        time.advance(Duration.ofSeconds(30));
        use(ledger, 40, 0);

        Refusal refusal = refused(ledger.reserve(TEAM, Asker.NOBODY, 50, 0));

        assertThat(refusal.limit().name()).isEqualTo("per_minute");
        assertThat(refusal.used()).isEqualTo(100);
        assertThat(refusal.retryIn()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
        time.advance(refusal.retryIn().minusMillis(1));
        refused(ledger.reserve(TEAM, Asker.NOBODY, 50, 0));
        time.advance(Duration.ofMillis(1));
        taken(ledger.reserve(TEAM, Asker.NOBODY, 50, 0));
    }

    @Test
    void requests_under_way_count_as_what_they_may_use_and_after_their_end_as_what_they_used() {
        Ledger ledger = ledger("limits: [{window: 1m, max_tokens: 100}]");
        Reservation first = taken(ledger.reserve(TEAM, Asker.NOBODY, 90, 0));

        assertThat(refused(ledger.reserve(TEAM, Asker.NOBODY, 20, 0)).retryIn()).isEqualTo(Duration.ofSeconds(1));
        first.settle(30, 0);
        first.settle(1_000, 0);
        taken(ledger.reserve(TEAM, Asker.NOBODY, 70, 0));
        refused(ledger.reserve(TEAM, Asker.NOBODY, 1, 0));
    }

    @Test
    void the_limit_that_stands_longest_in_the_way_is_told() {
        Ledger ledger = ledger("limits: [{window: 1m, max_tokens: 10}, {window: 1h, max_tokens: 10}],"
                + " cost_limits: [{window: 1m, max_cost: 5}]");
        use(ledger, 10, Limit.nano(5));

        assertThat(refused(ledger.reserve(TEAM, Asker.NOBODY, 1, 1)).limit().name())
                .isEqualTo("per_hour");
    }

    @Test
    void a_request_larger_than_its_limit_passes_an_account_that_has_used_nothing() {
        Ledger ledger = ledger("limits: [{window: 1m, max_tokens: 10}]");

        use(ledger, 500, 0);
        refused(ledger.reserve(TEAM, Asker.NOBODY, 500, 0));
        time.advance(Duration.ofSeconds(61));
        taken(ledger.reserve(TEAM, Asker.NOBODY, 500, 0));
    }

    @Test
    void accounts_do_not_share_anything() {
        Ledger ledger = ledger("limits: [{window: 1m, max_tokens: 10}]");
        use(ledger, 10, 0);

        taken(ledger.reserve("team-b", Asker.NOBODY, 10, 0));
    }

    @Test
    void tiers_are_chosen_by_key_and_by_header_the_first_that_matches() {
        Ledger ledger = ledger("trust: anonymous, limits: [{window: 1m, max_tokens: 10}], tiers: ["
                + "{name: gold, match: {header: X-Plan, value: gold}, limits: {per_minute: unlimited}},"
                + "{name: free, match: {header: X-Plan, value: free}, limits: {per_minute: 5}}]");

        taken(ledger.reserve("a", plan("gold"), 1_000, 0));
        taken(ledger.reserve("a", plan("gold"), 1_000, 0));
        use(ledger, 5, 0);
        assertThat(refused(ledger.reserve(TEAM, plan("free"), 1, 0)).most()).isEqualTo(5);
        assertThat(ledger.standings(TEAM).get(0).most()).isEqualTo(5);
        taken(ledger.reserve(TEAM, plan("silver"), 5, 0));
    }

    private static Asker plan(String name) {
        return new Asker() {
            @Override
            public @Nullable String header(String header) {
                return header.equals("X-Plan") ? name : null;
            }
        };
    }

    @Test
    void a_reload_keeps_what_is_spent_also_in_another_window_and_what_is_under_way() {
        Ledger ledger = ledger("limits: [{name: a, window: 1m, max_tokens: 100}]");
        use(ledger, 60, 0);
        Reservation underWay = taken(ledger.reserve(TEAM, Asker.NOBODY, 40, 0));

        ledger.use(new Rules(
                config("limits: [{name: b, window: 1m, max_tokens: 5}, {name: a, window: 1h, max_tokens: 120}]")));
        underWay.settle(50, 0);

        assertThat(refused(ledger.reserve(TEAM, Asker.NOBODY, 20, 0)).limit().name())
                .isEqualTo("a");
        assertThat(ledger.standings(TEAM))
                .extracting(standing -> standing.limit().name(), Standing::used)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("b", 0L), org.assertj.core.groups.Tuple.tuple("a", 110L));
    }

    @Test
    void a_limit_is_told_of_once_in_its_window_at_each_threshold() {
        Ledger ledger = ledger("limits: [{window: 1m, max_tokens: 100}]");
        List<String> told = new ArrayList<>();
        ledger.tell(
                (account, limit, threshold, used, most) -> told.add(account + " " + threshold + " " + used), 0.8, 1);

        use(ledger, 79, 0);
        assertThat(told).isEmpty();
        use(ledger, 1, 0);
        use(ledger, 1, 0);
        refused(ledger.reserve(TEAM, Asker.NOBODY, 50, 0));
        refused(ledger.reserve(TEAM, Asker.NOBODY, 50, 0));
        assertThat(told).containsExactly("team-a 0.8 80", "team-a 1.0 81");

        time.advance(Duration.ofSeconds(61));
        use(ledger, 100, 0);
        assertThat(told).endsWith("team-a 0.8 100", "team-a 1.0 100").hasSize(4);
    }

    @Test
    void an_account_whose_usage_was_deleted_is_told_of_anew() throws Exception {
        Ledger ledger = ledger("limits: [{window: 1h, max_tokens: 100}]");
        List<Double> told = new ArrayList<>();
        ledger.tell((account, limit, threshold, used, most) -> told.add(threshold), 0.8, 1);
        use(ledger, 100, 0);
        ledger.forget(TEAM);
        use(ledger, 79, 0);
        assertThat(told).containsExactly(0.8, 1.0);
        use(ledger, 1, 0);

        assertThat(told).containsExactly(0.8, 1.0, 0.8);
    }

    @Test
    void accounts_of_which_nothing_counts_any_more_are_let_go() {
        Ledger ledger = ledger("limits: [{window: 1m, max_tokens: 100}]");
        use(ledger, 10, 0);
        Reservation underWay = taken(ledger.reserve("b", Asker.NOBODY, 1, 0));

        ledger.sweep();
        assertThat(ledger.size()).isEqualTo(2);
        time.advance(Duration.ofSeconds(61));
        ledger.sweep();
        assertThat(ledger.size()).isEqualTo(1);
        underWay.settle(5, 0);
        assertThat(ledger.standings("b").get(0).used()).isEqualTo(5);
    }

    @Test
    void more_accounts_than_fit_are_one() {
        Ledger ledger = ledger("limits: [{window: 1m, max_tokens: 100}]");
        for (int i = 0; i < Ledger.MOST_ACCOUNTS; i++) {
            taken(ledger.reserve(ledger.admit("a" + i), Asker.NOBODY, 1, 0));
        }

        assertThat(ledger.admit("a5")).isEqualTo("a5");
        assertThat(ledger.admit("new")).isEqualTo("other");
    }

    @Test
    void thirty_two_clients_cannot_overspend_a_dollar() throws Exception {
        Ledger ledger = ledger("cost_limits: [{window: 1h, max_cost: 1}]");
        AtomicLong spent = new AtomicLong();
        AtomicLong refusals = new AtomicLong();
        CountDownLatch begin = new CountDownLatch(1);
        ExecutorService clients = Executors.newFixedThreadPool(32);
        List<Future<?>> all = new ArrayList<>();
        for (int client = 0; client < 32; client++) {
            Random random = new Random(client);
            all.add(clients.submit(() -> {
                begin.await();
                for (int i = 0; i < 500; i++) {
                    long estimate = 1 + random.nextInt(3_000_000);
                    if (ledger.reserve(TEAM, Asker.NOBODY, 1, estimate) instanceof Reservation reservation) {
                        long used = random.nextInt((int) estimate + 1);
                        reservation.settle(1, used);
                        spent.addAndGet(used);
                    } else {
                        refusals.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        begin.countDown();
        for (Future<?> one : all) {
            one.get();
        }
        clients.shutdown();

        assertThat(refusals.get()).isPositive();
        assertThat(spent.get()).isBetween(990_000_000L, 1_000_000_000L);
        assertThat(ledger.standings(TEAM).get(0).used()).isEqualTo(spent.get());
    }
}
