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
import java.util.stream.IntStream;
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

        @Override
        public void tell(String id, String holder, Duration kept) {
            notes.put(id, holder);
        }

        @Override
        public Map<String, String> ask(Collection<String> ids) {
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
        assertThat(shared.asked).allMatch(count -> count <= 256);
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

    @Test
    void what_is_known_here_is_not_counted() throws InvalidRequest {
        List<String> ids = unknown(5000);
        ids.forEach(id -> one.note(id, "a", null, NOW));
        assertThat(one.find(ids, NOW)).hasSize(5000);
    }
}
