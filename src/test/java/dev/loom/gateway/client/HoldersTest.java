package dev.loom.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.client.Holders.Holder;
import dev.loom.gateway.provider.InvalidRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What two instances know of the same objects. */
class HoldersTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Shared shared = new Shared();
    private final Holders one = new Holders(shared);
    private final Holders two = new Holders(shared);

    private static final class Shared implements Holders.Others {

        private final Map<String, String> notes = new HashMap<>();
        private final List<Integer> asked = new ArrayList<>();

        private int told;
        private boolean away;

        @Override
        public CompletionStage<String> tell(String id, String holder, Duration kept) {
            if (away) {
                return CompletableFuture.failedFuture(new IllegalStateException("away"));
            }
            told++;
            notes.putIfAbsent(id, holder);
            return CompletableFuture.completedFuture(notes.get(id));
        }

        @Override
        public Map<String, String> ask(Collection<String> ids) {
            if (away) {
                return Map.of();
            }
            asked.add(ids.size());
            Map<String, String> found = new HashMap<>(notes);
            found.keySet().retainAll(ids);
            return found;
        }
    }

    private static List<String> unknown(int count) {
        return IntStream.range(0, count).mapToObj(i -> "none-" + i).toList();
    }

    @Test
    void of_many_ids_each_is_asked_for_some_at_a_time() throws InvalidRequest {
        one.note("file-1", "a", "ann", NOW);
        List<String> ids = new ArrayList<>(unknown(4000));
        ids.add("file-1");
        assertThat(two.find(ids, NOW)).isEqualTo(Map.of("file-1", new Holder("a", "ann")));
        assertThat(shared.asked).allMatch(count -> count <= 64);
    }

    @Test
    void more_ids_than_a_request_may_name_are_refused_and_none_is_left_out() {
        assertThatThrownBy(() -> two.find(unknown(4097), NOW))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("4097")
                .hasMessageContaining("4096");
        assertThat(shared.asked).isEmpty();
    }

    @Test
    void a_text_that_cannot_be_an_id_is_never_asked_for() throws InvalidRequest {
        List<String> texts = List.of("x".repeat(513), "a file", "an/id", "", "\n", "é".repeat(9));
        for (String text : texts) {
            one.note(text, "a", "ann", NOW);
        }
        assertThat(two.find(texts, NOW)).isEmpty();
        assertThat(shared.asked).isEmpty();
        assertThat(shared.notes).isEmpty();
        String longest = "x".repeat(512);
        one.note(longest, "a", "ann", NOW);
        assertThat(two.find(List.of(longest), NOW)).hasSize(1);
    }

    private static @Nullable Holder holder(Holders holders) throws InvalidRequest {
        return holders.find(List.of("file-1"), NOW).get("file-1");
    }

    @Test
    void what_is_in_use_is_told_again_every_hour() {
        for (int minutes = 0; minutes <= 180; minutes += 20) {
            one.note("file-1", "a", "ann", NOW.plus(Duration.ofMinutes(minutes)));
        }
        assertThat(shared.told).isEqualTo(3);
    }

    @Test
    void what_could_not_be_told_is_told_when_it_is_used_again() throws InvalidRequest {
        shared.away = true;
        one.note("file-1", "a", "ann", NOW);
        shared.away = false;
        assertThat(holder(two)).isNull();
        one.note("file-1", "a", "ann", NOW);
        assertThat(holder(two)).isEqualTo(new Holder("a", "ann"));
    }

    @Test
    void what_another_caller_holds_stays_theirs() throws InvalidRequest {
        one.note("file-1", "a", "ann", NOW);
        one.note("file-1", "a", "bob", NOW);
        two.note("file-1", "b", "bob", NOW);
        assertThat(holder(one)).isEqualTo(new Holder("a", "ann"));
        assertThat(holder(two)).isEqualTo(new Holder("a", "ann"));
    }

    @Test
    void what_was_noted_alone_gives_way_to_what_the_others_know() throws InvalidRequest {
        one.note("file-1", "a", "ann", NOW);
        shared.away = true;
        two.note("file-1", "b", "bob", NOW);
        assertThat(holder(two)).isEqualTo(new Holder("b", "bob"));
        shared.away = false;
        assertThat(holder(two)).isEqualTo(new Holder("a", "ann"));
        two.note("file-1", "a", "ann", NOW);
        assertThat(holder(two)).isEqualTo(new Holder("a", "ann"));
    }

    @Test
    void what_is_known_here_is_not_counted() throws InvalidRequest {
        List<String> ids = unknown(5000);
        ids.forEach(id -> one.note(id, "a", null, NOW));
        assertThat(one.find(ids, NOW)).hasSize(5000);
    }
}
