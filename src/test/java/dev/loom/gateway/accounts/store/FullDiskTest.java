package dev.loom.gateway.accounts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.traffic.ManualTime;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to usage on a disk that is full, and after there is room again. A small file system of its own is filled. */
class FullDiskTest {

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime();

    private boolean mounted;

    /** Only root may mount; where the user is another one, the tests that need it are skipped. */
    private Path smallDisk() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", directory.toString());
        assumeThat(mounted).as("a file system can be mounted").isTrue();
        return directory;
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", "-l", directory.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path fill(Path disk) throws IOException {
        Path filler = disk.resolve("filler");
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            return filler;
        }
    }

    private UsageRow row(String account) {
        return new UsageRow(time.instant().getEpochSecond() / 60 * 60, account, "openai", "m", 1, 10, 2, 0, 0, 5);
    }

    /** More than what is left on a page of the disk. */
    private List<UsageRow> many(String account) {
        List<UsageRow> rows = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            rows.add(row(account + "-" + i + "-" + "x".repeat(150)));
        }
        return rows;
    }

    private long requests(UsageStore store) throws UsageStore.StoreAway {
        return store.read(UsageQuery.since(time.instant(), Duration.ofDays(1))).stream()
                .mapToLong(UsageRow::requests)
                .sum();
    }

    @Test
    void a_batch_that_fits_into_no_file_leaves_no_half_of_itself() throws Exception {
        Path disk = smallDisk();
        Spool spool = new Spool(disk.resolve("usage.spool"));
        spool.add("w-1", List.of(row("a")));
        Path filler = fill(disk);
        long before = Files.size(disk.resolve("usage.spool"));
        assertThatThrownBy(() -> spool.add("w-2", many("b"))).isInstanceOf(IOException.class);
        assertThat(disk.resolve("usage.spool")).hasSize(before);
        Files.delete(filler);
        spool.add("w-2", many("b"));
        List<String> taken = new ArrayList<>();
        spool.drain(batch -> taken.add(batch.batch() + " " + batch.rows().size()));
        assertThat(taken).containsExactly("w-1 1", "w-2 1000");
    }

    @Test
    void the_embedded_database_goes_on_when_there_is_room_again() throws Exception {
        Path disk = smallDisk();
        try (UsageStore store = UsageStores.of(
                Accounting.config("storage: file, file: {path: '" + disk.resolve("usage") + "'}"), time)) {
            store.append("w-1", List.of(row("a")));
            await().until(() -> requests(store) == 1);
            Path filler = fill(disk);
            for (int i = 2; i < 6; i++) {
                String batch = "w-" + i;
                assertThatThrownBy(() -> store.append(batch, many("b")))
                        .isInstanceOf(UsageStore.StoreAway.class)
                        .hasMessageContaining("usage cannot wait in a file");
            }
            Files.delete(filler);
            store.append("w-2", many("b"));
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
                time.advance(Duration.ofSeconds(2));
                store.catchUp();
                assertThat(requests(store)).isEqualTo(1001);
            });
        }
    }

    @Test
    void a_start_on_a_full_disk_is_made_good_when_there_is_room() throws Exception {
        Path disk = smallDisk();
        Path filler = fill(disk);
        try (UsageStore store = UsageStores.of(
                Accounting.config("storage: file, file: {path: '" + disk.resolve("usage") + "'}"), time)) {
            assertThatThrownBy(() -> store.append("w-1", many("a"))).isInstanceOf(UsageStore.StoreAway.class);
            Files.delete(filler);
            store.append("w-1", many("a"));
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
                time.advance(Duration.ofSeconds(2));
                store.catchUp();
                assertThat(requests(store)).isEqualTo(1000);
            });
        }
    }
}
