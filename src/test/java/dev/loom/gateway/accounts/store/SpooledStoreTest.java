package dev.loom.gateway.accounts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.accounts.MemoryStore;
import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.traffic.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is never quick enough for what comes: the file before it is never empty. */
class SpooledStoreTest {

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime();
    private final SlowStore slow = new SlowStore();
    private UsageStore store;

    /** It takes a batch whenever the test lets it. */
    private static final class SlowStore implements UsageStore {

        private final UsageStore kept = new MemoryStore();
        private final Semaphore batches = new Semaphore(0);
        private volatile boolean away;

        @Override
        public void append(String batch, List<UsageRow> rows) throws StoreAway {
            if (away) {
                throw new StoreAway("gone", new IOException());
            }
            batches.acquireUninterruptibly();
            kept.append(batch, rows);
        }

        @Override
        public List<UsageRow> read(UsageQuery query) throws StoreAway {
            return kept.read(query);
        }

        @Override
        public void forget(String account) throws StoreAway {
            kept.forget(account);
        }

        @Override
        public boolean forgetSome(long before) {
            return false;
        }

        @Override
        public String name() {
            return "a slow store";
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        slow.batches.release(100);
        store.close();
    }

    private Spool spool() {
        return new Spool(directory.resolve("usage.spool"));
    }

    private List<UsageRow> rows(String account) {
        return List.of(new UsageRow(time.instant().getEpochSecond(), account, "p", "m", 1, 10, 0, 0, 0, 0));
    }

    private List<String> accounts() throws UsageStore.StoreAway {
        return store.read(UsageQuery.since(time.instant(), Duration.ofDays(1)).perAccount()).stream()
                .map(UsageRow::account)
                .sorted()
                .toList();
    }

    @Test
    void only_what_waited_at_the_start_is_waited_for() throws Exception {
        spool().add("v-1", rows("a"));
        assertThatThrownBy(() -> spool().drain(batch -> {
            throw new IOException("killed while it was handed over");
        }));
        spool().add("v-2", rows("b"));
        store = new SpooledStore(slow, spool(), time);
        store.append("w-1", rows("c"));
        assertThat(store.waits()).isTrue();
        slow.batches.release(3);
        await().until(() -> {
            store.catchUp();
            return !store.waits();
        });
        assertThat(accounts()).contains("a", "b");
        store.append("w-2", rows("d"));
        store.append("w-3", rows("e"));

        assertThat(spool().isEmpty()).isFalse();
        assertThat(store.waits()).isFalse();
    }

    @Test
    void an_account_is_forgotten_after_all_that_waits_for_the_store() throws Exception {
        store = new SpooledStore(slow, spool(), time);
        for (int i = 1; i <= 3; i++) {
            store.append("w-" + i, rows(i == 2 ? "b" : "a"));
        }
        CompletableFuture<Void> forgotten = CompletableFuture.runAsync(
                () -> assertThatCode(() -> store.forget("a")).doesNotThrowAnyException(),
                task -> new Thread(task).start());
        slow.batches.release(4); // the first comes twice: nobody knew whether it was taken
        forgotten.join();

        assertThat(accounts()).containsExactly("b");
    }

    @Test
    void who_cannot_be_told_of_what_waits_forgets_nothing() throws Exception {
        store = new SpooledStore(slow, spool(), time);
        slow.batches.release(1);
        slow.kept.append("v-1", rows("a"));
        slow.away = true;
        store.append("w-1", rows("a"));

        assertThatThrownBy(() -> store.forget("a")).hasMessage("nothing is deleted: gone");
        assertThat(accounts()).containsExactly("a");
    }
}
