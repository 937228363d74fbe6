package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.Limits.Reservation;
import dev.loom.gateway.traffic.ManualTime;
import dev.loom.gateway.traffic.SharedAccounts.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long requests wait for a server that takes everything and never answers, by the time that each wait asks for. */
class WaitsTest {

    private static final Duration TIMEOUT = Duration.ofMillis(7);
    private static final StateConfig CONFIG =
            new StateConfig("redis", "redis://model", null, "loom:", TIMEOUT, "local", null);
    private static final List<Window> WINDOWS = List.of(new Window("1h", false, 60_000, 0, 0, 1_000, 0, List.of()));

    private final ManualTime time = new ManualTime();
    private final Keys keys = new Keys("loom:");
    private final ModelStore server = new ModelStore(time);
    private final Store store = new Store(CONFIG, time, () -> CompletableFuture.completedStage(new Silent()));
    private final CommonLimits provider = limits("provider:p");
    private final CommonLimits key = limits("key:k");
    private final CommonAccounts accounts = new CommonAccounts(store, keys, "i", time, new AtomicLong());
    private final CommonNotes notes = new CommonNotes(store, keys);
    private final List<Duration> waits = new ArrayList<>();
    private boolean silent;

    private CommonLimits limits(String owner) {
        return new CommonLimits(owner, new RateLimitConfig(100, 1_000, 10), "i", store, time, new AtomicLong());
    }

    /** Answers as the model does, until it falls silent. */
    private final class Silent implements Commands {

        @Override
        public CompletableFuture<List<Object>> run(Script script, String[] keys, String... args) {
            return silent ? new Unanswered() : server.run(script, keys, args);
        }

        @Override
        public void close() {
            // What is under way stays so.
        }
    }

    /** Nobody waits in earnest. */
    private final class Unanswered extends CompletableFuture<List<Object>> {

        @Override
        public List<Object> get(long most, TimeUnit unit) throws TimeoutException {
            waits.add(Duration.of(most, unit.toChronoUnit()));
            throw new TimeoutException();
        }

        @Override
        public List<Object> get() {
            throw new AssertionError("Waits for ever");
        }

        @Override
        public List<Object> join() {
            return get();
        }
    }

    @BeforeEach
    void find() throws Store.Absent {
        assertThat(store.connect()).isTrue();
        store.await(provider.renew());
        store.await(key.renew());
        store.present();
    }

    @Test
    void limits_wait_for_state_timeout_once() {
        silent = true;
        assertThat(provider.reserve(1)).as("counted alone").isInstanceOf(Reservation.class);
        assertThat(waits).containsExactly(TIMEOUT);
    }

    @Test
    void the_limits_of_key_account_and_provider_that_were_asked_at_once_wait_for_state_timeout_once() {
        silent = true;
        var asked = List.of(key.ask(1), provider.ask(1));
        var account = accounts.ask("acme", WINDOWS, 1, 0, late -> {});
        asked.forEach(each -> assertThat(each.get()).isInstanceOf(Reservation.class));
        assertThat(account.get()).as("counted alone").isNull();
        assertThat(waits).containsExactly(TIMEOUT);
    }

    /** As where one answer comes late, and the next not at all. */
    @Test
    void what_was_sent_some_time_ago_is_waited_for_no_longer_than_state_timeout_since_then() {
        silent = true;
        var asked = provider.ask(1);
        var account = accounts.ask("acme", WINDOWS, 1, 0, late -> {});
        time.advance(Duration.ofMillis(5));
        assertThat(asked.get()).isInstanceOf(Reservation.class);
        assertThat(account.get()).isNull();
        assertThat(waits).containsExactly(TIMEOUT.minusMillis(5));
    }

    @Test
    void who_asks_for_an_answer_after_state_timeout_waits_a_tenth_of_it() {
        silent = true;
        var account = accounts.ask("acme", WINDOWS, 1, 0, late -> {});
        time.advance(Duration.ofSeconds(1));
        assertThat(account.get()).isNull();
        assertThat(waits).containsExactly(TIMEOUT.dividedBy(10));
    }

    @Test
    void a_limit_that_is_known_to_be_full_waits_for_state_timeout_once() {
        for (int i = 0; i < 10; i++) {
            provider.reserve(1);
        }
        silent = true;
        provider.ask(1).get();
        assertThat(waits).containsExactly(TIMEOUT);
    }

    @Test
    void an_account_waits_for_state_timeout_once() {
        silent = true;
        assertThat(accounts.ask("acme", WINDOWS, 1, 0, late -> {}).get()).isNull();
        assertThat(accounts.ask("acme", WINDOWS, 1, 0, late -> {}).get()).isNull();
        assertThat(waits).containsExactly(TIMEOUT);
    }

    /** All of them together, whose wait is not the test's to see: who waited for ever would be found by the build's end. */
    @Test
    void notes_are_read_within_state_timeout() {
        silent = true;
        assertThat(notes.read(List.of("file-1", "file-2"))).isEmpty();
        assertThat(store.available()).isFalse();
        assertThat(notes.read(List.of("file-1", "file-2"))).isEmpty();
    }

    @Test
    void nothing_else_that_a_request_does_waits_at_all() {
        Reservation released = (Reservation) provider.reserve(1);
        Reservation cancelled = (Reservation) key.reserve(1);
        silent = true;
        looks(provider);
        released.settle(5);
        released.release();
        cancelled.cancel();
        accounts.settle("acme", WINDOWS, null, 5, 0, told -> {});
        var unused = notes.write("file-1", "holder", Duration.ofHours(1));
        provider.reconfigure(new RateLimitConfig(50, 500, 5));
        provider.share(3);
        looks(provider);
        assertThat(waits).isEmpty();
        assertThat(store.available()).as("nobody has found out").isTrue();
    }

    private static void looks(Limits limits) {
        assertThat(limits.check(1)).isNull();
        assertThat(limits.levels()).hasSize(3);
    }
}
