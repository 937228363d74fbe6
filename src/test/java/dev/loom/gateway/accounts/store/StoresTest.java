package dev.loom.gateway.accounts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.accounts.AccountBooks;
import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.config.Accounting;
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

/** Every store does the same; PostgreSQL and Redis are real ones. Where one is missing, its tests are skipped and say so. */
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

    private UsageQuery all() {
        return UsageQuery.since(time.instant(), Duration.ofDays(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "file", "postgres", "redis"})
    void sums_are_kept_and_read_by_account_model_and_time(String storage) throws Exception {
        try (UsageStore store = open(storage)) {
            assertThat(store.read(all())).isEmpty();
            store.append("1", List.of(row(now, "a", "m", 10), row(now, "b", "m", 5)));
            store.append("2", List.of(row(now, "a", "m", 1), row(now - 7200, "a", "n", 100)));

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
            store.append("1", List.of(row(now, "a", "m", 10)));
            store.append("1", List.of(row(now, "a", "m", 10)));
        }
        try (UsageStore store = open(storage)) {
            assertThat(store.read(all())).extracting(UsageRow::input).containsExactly(10L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "file", "postgres"})
    void accounts_and_old_times_are_forgotten(String storage) throws Exception {
        try (UsageStore store = open(storage)) {
            store.append("1", List.of(row(now, "a", "m", 10), row(now, "b", "m", 5), row(now - 600, "b", "m", 7)));

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
                store.append("1", List.of(row(now, "a", hostile, 1)));

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
            store.append("1", List.of(row(now, "a", "m", 1)));
            postgres.down();
            store.append("2", List.of(row(now, "a", "m", 10)));
            store.append("3", List.of(row(now, "a", "m", 100)));
            assertThat(directory.resolve("usage.spool")).exists();
            assertThatThrownBy(() -> store.read(all())).isInstanceOf(UsageStore.StoreAway.class);
        } finally {
            if (postgres != null) {
                postgres.up();
            }
        }
        try (UsageStore store = open("postgres")) { // after a crash, too
            store.append("4", List.of(row(now, "a", "m", 1000)));
            assertThat(store.read(all())).extracting(UsageRow::input).containsExactly(1111L);
            assertThat(directory.resolve("usage.spool")).doesNotExist();
        }
    }

    @Test
    void a_line_that_was_cut_off_by_a_crash_is_left_out() throws Exception {
        Path file = directory.resolve("usage.spool");
        Spool spool = new Spool(file);
        spool.add("1", List.of(row(now, "a", "m", 1)));
        Files.writeString(file, "{\"batch\":\"2\",\"ro", StandardOpenOption.APPEND);

        try (UsageStore store = open("file")) {
            store.catchUp();
            assertThat(store.read(all())).extracting(UsageRow::input).containsExactly(1L);
        }
    }

    @Test
    void what_was_used_before_the_start_counts_against_the_limits() throws Exception {
        var config = Accounting.config("limits: [{window: 1h, max_tokens: 100}]");
        try (UsageStore store = open("file")) {
            Instant before = time.instant().minus(Duration.ofMinutes(10));
            store.append("1", List.of(row(before.getEpochSecond(), "a", "m", 50)));
            var books = new AccountBooks(time, any -> store);
            var accounting = books.under(config);
            books.seed();
            books.seed();

            assertThat(accounting.ledger().standings("a").get(0).used()).isEqualTo(52);
        }
    }
}
