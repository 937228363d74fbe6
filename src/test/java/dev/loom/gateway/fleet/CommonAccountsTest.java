package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.accounts.Asker;
import dev.loom.gateway.accounts.Decision;
import dev.loom.gateway.accounts.Ledger;
import dev.loom.gateway.accounts.Refusal;
import dev.loom.gateway.accounts.Reservation;
import dev.loom.gateway.accounts.Rules;
import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.traffic.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledgers of two instances that meet at a real server. */
class CommonAccountsTest {

    private static final TimeSource TIME = TimeSource.system();
    private static final long DOLLAR = 1_000_000_000;

    @TempDir
    Path directory;

    private final RedisServer server = RedisServer.start();
    private final List<RedisFleet> fleets = new ArrayList<>();

    @AfterEach
    void close() {
        server.thaw();
        fleets.forEach(RedisFleet::close);
        server.close();
    }

    private Ledger ledger(String limits) {
        RedisFleet fleet = new RedisFleet(
                FleetFiles.state(directory, "url: '" + server.url() + "', timeout: 5s"),
                "i" + fleets.size(),
                "1",
                TIME);
        fleets.add(fleet);
        Ledger ledger = new Ledger(rules(limits), TIME);
        ledger.share(fleet.accounts());
        return ledger;
    }

    private static Rules rules(String limits) {
        return new Rules(Accounting.config(limits));
    }

    private static Decision reserve(Ledger ledger, long tokens, long cost) {
        return ledger.reserve("acme", Asker.NOBODY, tokens, cost);
    }

    /** Asked anew until what was told has arrived. */
    private static void awaitUsed(Ledger ledger, long used) {
        await().until(() -> {
            if (reserve(ledger, 0, 0) instanceof Reservation nothing) {
                nothing.settle(0, 0);
            }
            return ledger.standings("acme").get(0).used() == used;
        });
    }

    @Test
    void thirty_two_at_once_at_two_instances_spend_a_dollar_and_not_more() {
        List<Ledger> ledgers = List.of(
                ledger("cost_limits: [{window: 1h, max_cost: 1}]"), ledger("cost_limits: [{window: 1h, max_cost: 1}]"));
        AtomicLong spent = new AtomicLong();
        AtomicLong refusals = new AtomicLong();
        List<CompletableFuture<Void>> all = IntStream.range(0, 32)
                .mapToObj(client -> CompletableFuture.runAsync(
                        () -> {
                            Random random = new Random(client);
                            for (int i = 0; i < 60; i++) {
                                long estimate = 1 + random.nextInt(3_000_000);
                                if (reserve(ledgers.get(client % 2), 1, estimate) instanceof Reservation reservation) {
                                    long used = random.nextInt((int) estimate + 1);
                                    reservation.settle(1, used);
                                    spent.addAndGet(used);
                                } else {
                                    refusals.incrementAndGet();
                                }
                            }
                        },
                        task -> new Thread(task).start()))
                .toList();
        all.forEach(CompletableFuture::join);

        assertThat(refusals.get()).isPositive();
        assertThat(spent.get()).isBetween(DOLLAR * 99 / 100, DOLLAR);
        ledgers.forEach(ledger -> awaitUsed(ledger, spent.get()));
    }

    @Test
    void what_is_under_way_at_one_instance_is_no_room_at_the_other_until_it_ends() {
        Ledger one = ledger("limits: [{window: 1h, max_tokens: 100}]");
        Ledger two = ledger("limits: [{window: 1h, max_tokens: 100}]");
        Reservation underWay = (Reservation) reserve(one, 90, 0);

        Refusal refusal = (Refusal) reserve(two, 20, 0);
        assertThat(refusal.used()).isEqualTo(90);
        assertThat(refusal.retryIn()).hasSeconds(1);
        underWay.settle(30, 0);
        awaitUsed(two, 30);
        assertThat(reserve(two, 70, 0)).isInstanceOf(Reservation.class);
        assertThat(reserve(one, 1, 0)).isInstanceOf(Refusal.class);
    }

    @Test
    void whoever_looks_at_an_instance_sees_what_the_others_have_used_and_given_back_since() {
        Ledger one = ledger("limits: [{window: 1h, max_tokens: 100}]");
        Ledger two = ledger("limits: [{window: 1h, max_tokens: 100}]");
        Reservation underWay = (Reservation) reserve(one, 90, 0);
        assertThat(reserve(two, 20, 0)).isInstanceOf(Refusal.class);
        underWay.settle(30, 0);

        await().until(() -> used(two, "acme") == 30);
        assertThat(two.standings("acme").get(0).reset()).isPositive();
        assertThat(used(ledger("limits: [{window: 1h, max_tokens: 100}]"), "acme"))
                .as("at an instance that has had no request of the account")
                .isEqualTo(30);
        assertThat(used(two, "nobody")).isZero();
        assertThat(server.cli("KEYS", "*nobody*")).isBlank();
    }

    private static long used(Ledger ledger, String account) {
        return ledger.standings(List.of(account)).get(account).get(0).used();
    }

    @Test
    void a_reload_keeps_what_is_spent_and_what_was_under_way_meanwhile() throws Exception {
        Ledger one = ledger("limits: [{name: a, window: 1m, max_tokens: 100}]");
        Ledger two = ledger("limits: [{name: a, window: 1h, max_tokens: 100}]");
        ((Reservation) reserve(one, 40, 0)).settle(40, 0);
        Reservation underWay = (Reservation) reserve(one, 50, 0);
        one.use(rules("limits: [{name: a, window: 1h, max_tokens: 100}]"));
        underWay.settle(50, 0);

        awaitUsed(one, 90);
        awaitUsed(two, 90);
        assertThat(reserve(two, 20, 0)).isInstanceOf(Refusal.class);
        one.forget("acme");
        awaitUsed(two, 0);
    }

    /** The server cannot count while something else stands in the account's place, though it answers. */
    private String disturb() {
        String book = server.cli("KEYS", "*{account:acme}");
        server.cli("DEL", book);
        server.cli("SET", book, "no hash");
        return book;
    }

    @Test
    void what_the_store_failed_to_count_is_counted_as_soon_as_it_can_and_told_to_who_wants_to_know() {
        Ledger one = ledger("limits: [{window: 1h, max_tokens: 100}]");
        List<Double> told = new CopyOnWriteArrayList<>();
        one.tell((account, limit, threshold, used, most) -> told.add(threshold), 0.8, 1);
        Reservation underWay = (Reservation) reserve(one, 90, 0);
        String book = disturb();
        underWay.settle(80, 0);
        await("the absence").until(() -> fleets.get(0).accounts().absences() > 0);
        await("its end").until(() -> fleets.get(0).accounts().available());
        assertThat(told).isEmpty();
        server.cli("DEL", book);

        await().until(() -> "80".equals(used(book)));
        await().untilAsserted(() -> assertThat(told).containsExactly(0.8));
    }

    private String used(String book) {
        return server.cli(
                "HGET",
                book,
                server.cli("HKEYS", book)
                        .lines()
                        .filter(key -> key.endsWith("|sum"))
                        .findFirst()
                        .orElse(""));
    }

    @Test
    void what_the_store_says_too_late_is_told_all_the_same() {
        CompletableFuture<List<Object>> late = new CompletableFuture<>();
        Commands slow = new Commands() {
            @Override
            public CompletableFuture<List<Object>> run(Script script, String[] keys, String... args) {
                return args[0].equals("reserve")
                        ? late
                        : CompletableFuture.completedFuture(List.of(0L, 0L, 0L, 0L, 100L, 2L));
            }

            @Override
            public void close() {}
        };
        StateConfig config = FleetFiles.state(directory, "url: '" + server.url() + "', timeout: 10ms");
        Store store = new Store(config, TIME, () -> CompletableFuture.completedFuture(slow));
        store.connect();
        store.present();
        List<Long> told = new ArrayList<>();
        var accounts = new CommonAccounts(store, new Keys("t:"), "i", TIME, new AtomicLong());
        var taken = accounts.ask("acme", List.of(), 1, 0, reply -> told.addAll(reply.told()))
                .get();
        assertThat(taken).isNull();
        late.complete(List.of(0L, 0L, 1L, 0L, 90L, 1L));

        assertThat(told).containsExactlyInAnyOrder(1L, 2L);
    }
}
