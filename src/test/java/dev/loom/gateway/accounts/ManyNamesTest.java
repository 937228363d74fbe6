package dev.loom.gateway.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.metrics.AccountMetrics;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.traffic.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sends more names than anybody has: what is kept in memory is bounded, and nothing is lost of the sums. */
class ManyNamesTest {

    private static final int NAMES = 200_000;

    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @ValueSource(strings = {"", "limits: [{window: 1m, max_tokens: 100}]"})
    void ten_times_as_many_accounts_as_fit_are_those_that_fit_and_others(String limits) throws Exception {
        Ledger ledger = new Ledger(new Rules(Accounting.config(limits)), time);
        UsageBuffer buffer = new UsageBuffer(time);
        MemoryStore store = new MemoryStore();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AccountMetrics metrics = new AccountMetrics(registry);
        for (int i = 0; i < NAMES; i++) {
            String account = ledger.admit("name-" + i);
            if (ledger.reserve(account, Asker.NOBODY, 0, 0) instanceof Reservation reservation) {
                reservation.settle(2, 0);
            }
            buffer.add(account, "openai", "gpt-4", 1, new Usage(1, 1, 0), 0);
            metrics.used(account, "openai", "gpt-4", new Usage(1, 1, 0), 0);
            if (i % 10_000 == 0) {
                store.append("w-" + i, buffer.drain());
                time.advance(Duration.ofMillis(100));
                ledger.sweep();
            }
        }
        store.append("w-" + NAMES, buffer.drain());

        assertThat(ledger.size()).isLessThanOrEqualTo(Ledger.MOST_ACCOUNTS + 1);
        assertThat(registry.getMeters()).hasSizeLessThanOrEqualTo(5 * (AccountMetrics.MOST_KEYS + 1));
        UsageQuery all = UsageQuery.since(time.instant(), Duration.ofDays(1));
        assertThat(store.read(all.perAccount())).hasSizeLessThanOrEqualTo(MemoryStore.MOST + 1);
        assertThat(store.read(all)).extracting(UsageRow::requests).containsExactly((long) NAMES);
    }

    @ParameterizedTest
    @ValueSource(ints = {UsageBuffer.MOST + 5_000})
    void while_nothing_can_be_stored_more_names_than_fit_are_one(int names) {
        UsageBuffer buffer = new UsageBuffer(time);
        for (int i = 0; i < names; i++) {
            buffer.add("a", "openai", "model-" + i, 1, new Usage(1, 1, 0), 0);
        }
        List<UsageRow> rows = buffer.drain();

        assertThat(rows).hasSize(UsageBuffer.MOST + 1);
        assertThat(rows.stream().mapToLong(UsageRow::requests).sum()).isEqualTo(names);
        assertThat(rows).anySatisfy(row -> {
            assertThat(row.account()).isEqualTo("other");
            assertThat(row.requests()).isEqualTo(5_000);
        });
    }
}
