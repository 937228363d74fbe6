package dev.loom.gateway.accounts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.accounts.AccountBooks;
import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.testing.FreePorts;
import dev.loom.gateway.testing.Postgres;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.traffic.ManualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every store does the same; PostgreSQL and Redis are real ones. Where one is missing, its tests are skipped and say so. Long,
 * because what holds of one store holds of all.
 */
class StoresTest {

    private static Postgres postgres;
    private static RedisServer redis;

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime();
    private final long now = time.instant().getEpochSecond();

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    private UsageStore open(String storage) throws Exception {
        String table = "usage_" + Math.abs(directory.hashCode());
        String server = "";
        if (storage.equals("postgres")) {
            postgres = postgres == null ? Postgres.start() : postgres;
            server = ", postgres: {connection_string: '" + postgres.url() + "', table: " + table + "}";
        } else if (storage.equals("redis")) {
            redis = redis == null ? RedisServer.start() : redis;
            server = ", redis: {address: '127.0.0.1:" + redis.port() + "', key_prefix: '" + table + ":'}";
        }
        String file = ", file: {path: '" + directory.resolve("usage") + "'}";
        return UsageStores.of(Accounting.config("storage: " + storage + file + server), time);
    }

    private static UsageRow row(long at, String account, String model, long tokens) {
        return new UsageRow(at, account, "openai", model, 1, tokens, 2, 1, 1, 1_500);
    }

    /** It is in the store when this returns, however slow the machine is. */
    private void write(UsageStore store, String batch, List<UsageRow> rows) throws Exception {
        store.append(batch, rows);
        awaitEmptyFile(store);
    }

    private void awaitEmptyFile(UsageStore store) {
        Spool spool = new Spool(directory.resolve("usage.spool"));
        await().until(() -> {
            time.advance(Duration.ofSeconds(2)); // beyond the pause between two attempts
            store.catchUp();
            return spool.isEmpty();
        });
    }

    /** Everything has reached the store, once. */
    private void settled(UsageStore store, long input) {
        awaitEmptyFile(store);
        await().untilAsserted(() ->
                assertThat(store.read(all())).extracting(UsageRow::input).containsExactly(input));
    }

    private UsageQuery all() {
        return UsageQuery.since(time.instant(), Duration.ofDays(1));
    }

    @Test
    void a_file_is_closed_without_a_trace_of_errors() throws Exception {
        try (UsageStore store = open("file")) {
            write(store, "w-1", List.of(row(now, "a", "m", 1)));
        }
        assertThat(directory.resolve("usage.mv.db")).exists();
        assertThat(directory.resolve("usage.trace.db")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "file", "postgres", "redis"})
    void sums_are_kept_and_read_by_account_model_and_time(String storage) throws Exception {
        try (UsageStore store = open(storage)) {
            assertThat(store.read(all())).isEmpty();
            write(store, "w-1", List.of(row(now, "a", "m", 10), row(now, "b", "m", 5)));
            write(store, "w-2", List.of(row(now, "a", "m", 1), row(now - 7200, "a", "n", 100)));

            assertThat(store.read(all())).containsExactly(new UsageRow(0, "", "", "", 4, 116, 8, 4, 4, 6_000));
            assertThat(store.read(all().perAccount()))
                    .containsExactlyInAnyOrder(
                            new UsageRow(0, "a", "", "", 3, 111, 6, 3, 3, 4_500),
                            new UsageRow(0, "b", "", "", 1, 5, 2, 1, 1, 1_500));
            assertThat(store.read(all().of("a").perModel())).hasSize(2);
            assertThat(store.read(all().of("a").each(Duration.ofHours(1))))
                    .extracting(UsageRow::at)
                    .containsExactlyInAnyOrder(now, now - 7200);
            assertThat(store.read(all().before(now)))
                    .extracting(UsageRow::input)
                    .containsExactly(100L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "postgres", "redis"})
    void a_batch_that_is_written_twice_counts_once_and_is_there_after_a_restart(String storage) throws Exception {
        try (UsageStore store = open(storage)) {
            write(store, "w-1", List.of(row(now, "a", "m", 10)));
            write(store, "w-1", List.of(row(now, "a", "m", 10)));
        }
        try (UsageStore store = open(storage)) {
            assertThat(store.read(all())).extracting(UsageRow::input).containsExactly(10L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "postgres", "redis"})
    void a_crash_between_the_store_and_the_end_of_the_file_counts_nothing_twice(String storage) throws Exception {
        Path spool = directory.resolve("usage.spool");
        Path copy = directory.resolve("copy");
        Spool before = new Spool(spool);
        before.add("w-2", List.of(row(now, "a", "m", 10)));
        before.add("w-3", List.of(row(now, "a", "m", 100)));
        Files.copy(spool, copy);
        try (UsageStore store = open(storage)) {
            settled(store, 110);
            store.append("w-4", List.of(row(now, "a", "m", 1000)));
        }
        Files.move(copy, directory.resolve("usage.spool.leaving")); // as if it had never been deleted
        try (UsageStore store = open(storage)) {
            settled(store, 1110);
            store.append("v-1", List.of(row(now, "a", "m", 1)));
            settled(store, 1111);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "redis"})
    void a_store_that_neither_answers_nor_fails_keeps_nobody_waiting_and_counts_once(String storage) throws Exception {
        try (UsageStore store = open(storage)) {
            store.append("w-1", List.of(row(now, "a", "m", 1)));
            settled(store, 1);
            freeze(storage);
            for (int i = 0; i < 20; i++) {
                store.append("w-" + (i + 2), List.of(row(now, "a", "m", 10)));
            }
            assertThat(new Spool(directory.resolve("usage.spool")).isEmpty()).isFalse();
            thaw(storage);
            settled(store, 201);
        } finally {
            thaw(storage);
        }
    }

    private static void freeze(String storage) {
        if (storage.equals("redis")) {
            redis.freeze();
        } else {
            postgres.freeze();
        }
    }

    private static void thaw(String storage) {
        if (storage.equals("redis") && redis != null) {
            redis.thaw();
        } else if (storage.equals("postgres") && postgres != null) {
            postgres.thaw();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "file", "postgres"})
    void accounts_and_old_times_are_forgotten(String storage) throws Exception {
        try (UsageStore store = open(storage)) {
            write(store, "w-1", List.of(row(now, "a", "m", 10), row(now, "b", "m", 5), row(now - 600, "b", "m", 7)));

            store.forget("a");
            assertThat(store.read(all())).extracting(UsageRow::input).containsExactly(12L);
            assertThat(store.forgetSome(now - 300)).isTrue();
            assertThat(store.forgetSome(now - 300)).isFalse();
            assertThat(store.read(all())).extracting(UsageRow::input).containsExactly(5L);
        }
    }

    @Test
    void names_are_data_and_never_sql() throws Exception {
        String hostile = "'); drop table token_usage; --\0" + "x".repeat(300);
        for (String storage : List.of("file", "postgres")) {
            try (UsageStore store = open(storage)) {
                write(store, "w-1", List.of(row(now, "a", hostile, 1)));

                assertThat(store.read(all().of("' or '1'='1"))).isEmpty();
                assertThat(store.read(all().perModel()))
                        .extracting(UsageRow::model)
                        .singleElement()
                        .asString()
                        .startsWith("'); drop table");
            }
        }
    }

    @Test
    void while_the_store_is_away_usage_waits_in_a_file_and_nothing_is_lost_or_counted_twice() throws Exception {
        try (UsageStore store = open("postgres")) {
            store.append("w-1", List.of(row(now, "a", "m", 1)));
            postgres.down();
            store.append("w-2", List.of(row(now, "a", "m", 10)));
            store.append("w-3", List.of(row(now, "a", "m", 100)));
            assertThat(directory.resolve("usage.spool")).exists();
            var books = new AccountBooks(time, any -> store, (url, allowPrivate, body, signature) -> 200);
            assertThat(books.under(Accounting.config(""))).isNotNull();
            books.buffer().add("a", "openai", "m", 1, new Usage(1, 2, 0, 0), 0);
            assertThatThrownBy(() -> books.forget("a")).isInstanceOf(UsageStore.StoreAway.class);
            assertThat(books.buffer().drain()).as("not yet stored").hasSize(1);
            assertThatThrownBy(() -> store.read(all())).isInstanceOf(UsageStore.StoreAway.class);
        } finally {
            if (postgres != null) {
                postgres.up();
            }
        }
        try (UsageStore store = open("postgres")) { // after a crash, too
            store.append("w-4", List.of(row(now, "a", "m", 1000)));
            settled(store, 1111);
        }
    }

    @Test
    void a_line_that_was_cut_off_by_a_crash_is_left_out() throws Exception {
        Path file = directory.resolve("usage.spool");
        Spool spool = new Spool(file);
        spool.add("w-1", List.of(row(now, "a", "m", 1)));
        Files.writeString(file, "{\"batch\":\"w-2\",\"ro", StandardOpenOption.APPEND);

        try (UsageStore store = open("file")) {
            settled(store, 1);
        }
    }

    @Test
    void what_was_used_before_the_start_counts_against_the_limits() throws Exception {
        var config = Accounting.config("limits: [{window: 1h, max_tokens: 100}]");
        try (UsageStore store = open("file")) {
            Instant before = time.instant().minus(Duration.ofMinutes(10));
            write(store, "w-1", List.of(row(before.getEpochSecond(), "a", "m", 50)));
            var books = new AccountBooks(time, any -> store, (url, allowPrivate, body, signature) -> 200);
            var accounting = books.under(config);
            assertThat(books.seed()).isTrue();
            assertThat(books.seed()).isTrue();

            assertThat(accounting.ledger().standings("a").get(0).used()).isEqualTo(52);
        }
    }

    @Test
    void what_still_waited_in_the_file_at_the_start_counts_against_the_limits_too() throws Exception {
        Instant before = time.instant().minus(Duration.ofMinutes(10));
        new Spool(directory.resolve("usage.spool")).add("w-1", List.of(row(before.getEpochSecond(), "a", "m", 50)));
        var config = Accounting.config("limits: [{window: 1h, max_tokens: 100}]");
        try (UsageStore store = open("file")) {
            var books = new AccountBooks(time, any -> store, (url, allowPrivate, body, signature) -> 200);
            var accounting = books.under(config);
            assertThat(books.seed()).isFalse();
            store.catchUp();
            await().until(books::seed);

            assertThat(accounting.ledger().standings("a").get(0).used()).isEqualTo(52);
        }
    }

    @Test
    void a_postgresql_that_is_away_is_told_in_words_for_whoever_mends_it() throws Exception {
        try (UsageStore store = postgresAt("127.0.0.1:" + FreePorts.next())) {
            assertThatThrownBy(() -> store.read(all()))
                    .isInstanceOf(UsageStore.StoreAway.class)
                    .hasMessageStartingWith("no connection can be made (Connection to 127.0.0.1:")
                    .hasMessageContaining("refused")
                    .hasMessageEndingWith("check that it runs, and token_accounting.postgres.connection_string");
        }
        try (UsageStore store = postgresAt("no-such-host.invalid")) {
            assertThatThrownBy(() -> store.read(all()))
                    .hasMessageStartingWith(
                            "no connection can be made (the name no-such-host.invalid cannot be resolved)");
        }
    }

    private UsageStore postgresAt(String server) throws Exception {
        return UsageStores.of(
                Accounting.config("storage: postgres, postgres: {connection_string: 'postgres://u:p@" + server
                        + "/usage'}, file: {path: '" + directory.resolve("usage") + "'}"),
                time);
    }
}
