package dev.loom.gateway.accounts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.testing.CapturedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {

    private static final List<UsageRow> ROWS = List.of(new UsageRow(60, "a", "p", "m", 1, 2, 3, 0, 0, 4));

    @TempDir
    Path directory;

    private final List<String> taken = new ArrayList<>();

    private Spool spool() {
        return new Spool(directory.resolve("usage.spool"));
    }

    private void drain(Spool spool) throws IOException {
        spool.drain(batch -> taken.add(batch.batch()));
    }

    @Test
    void batches_come_out_in_their_order_with_all_that_is_in_them() throws IOException {
        Spool spool = spool();
        assertThat(spool.isEmpty()).isTrue();
        spool.add("w-1", ROWS);
        spool.add("w-2", ROWS);
        assertThat(spool.isEmpty()).isFalse();
        spool.drain(batch -> {
            taken.add(batch.batch());
            assertThat(batch.rows()).isEqualTo(ROWS);
        });

        assertThat(taken).containsExactly("w-1", "w-2");
        assertThat(spool.isEmpty()).isTrue();
    }

    @Test
    void what_comes_while_others_are_handed_over_waits_for_its_turn() throws IOException {
        Spool spool = spool();
        spool.add("w-1", ROWS);
        spool.drain(batch -> {
            taken.add(batch.batch());
            spool.add("w-2", ROWS);
        });
        assertThat(taken).containsExactly("w-1");
        assertThat(spool.isEmpty()).isFalse();
        drain(spool);

        assertThat(taken).containsExactly("w-1", "w-2");
    }

    @Test
    void who_is_away_again_goes_on_where_it_was_and_after_a_crash_all_come_again() throws IOException {
        Spool spool = spool();
        for (int i = 1; i <= 3; i++) {
            spool.add("w-" + i, ROWS);
        }
        assertThatThrownBy(() -> spool.drain(batch -> {
                    if (batch.batch().equals("w-2")) {
                        throw new IOException("away");
                    }
                    taken.add(batch.batch());
                }))
                .hasMessage("away");
        spool.add("w-4", ROWS);
        assertThat(taken).containsExactly("w-1");

        taken.clear();
        drain(spool()); // after a crash: nobody knows what was taken
        assertThat(taken).containsExactly("w-1", "w-2", "w-3");
        drain(spool());
        assertThat(taken).endsWith("w-4");
    }

    @Test
    void the_line_in_which_a_process_was_killed_spoils_no_other() throws IOException {
        spool().add("w-1", ROWS);
        Files.writeString(directory.resolve("usage.spool"), "{\"batch\":\"w-2\",\"ro", StandardOpenOption.APPEND);
        Spool after = spool();
        after.add("v-1", ROWS);
        drain(after);

        assertThat(taken).containsExactly("w-1", "v-1");
        assertThat(after.isEmpty()).isTrue();
    }

    /** Of a disk that was damaged, or a file that somebody has edited. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00ff\u00fe", // bytes that are no text
                "\0\0\0",
                "\n",
                "null",
                "{}",
                "{\"batch\":\"w-2\"}",
                "{\"rows\":[]}",
                "{\"batch\":\"w-2\",\"rows\":[null]}",
                "{\"batch\":\"w-2\",\"rows\":[{\"at\":60}]}",
                "{\"batch\":\"no number\",\"rows\":[]}",
                "{\"batch\":\"w-99999999999999999999\",\"rows\":[]}"
            })
    void a_line_that_is_no_batch_keeps_no_other_from_the_store(String line) throws IOException {
        spool().add("w-1", ROWS);
        byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
        Files.write(directory.resolve("usage.spool"), bytes, StandardOpenOption.APPEND);
        Spool after = spool();
        after.add("w-3", ROWS);
        try (CapturedLog log = new CapturedLog()) {
            drain(after);
            assertThat(log.text()).contains("cannot be read and is left out");
        }

        assertThat(taken).containsExactly("w-1", "w-3");
        assertThat(after.isEmpty()).isTrue();
    }

    @Test
    void a_full_file_says_so_and_what_is_on_its_way_counts() throws IOException {
        Spool spool = new Spool(directory.resolve("usage.spool"), 300);
        spool.add("w-1", ROWS);
        assertThatThrownBy(() -> spool.drain(batch -> {
                    throw new IOException("away");
                }))
                .hasMessage("away");
        spool.add("w-2", ROWS);

        assertThatThrownBy(() -> spool.add("w-3", ROWS)).hasMessageContaining("is full");
        drain(spool);
        drain(spool);
        spool.add("w-3", ROWS);
        assertThat(taken).containsExactly("w-1", "w-2");
    }
}
