package dev.loom.gateway.camel.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentRequestsTest {

    private final RecentRequests recent = new RecentRequests();

    private static FinishedRequest request(int number) {
        return new FinishedRequest(
                "id-" + number,
                Instant.EPOCH,
                null,
                null,
                null,
                null,
                false,
                null,
                0,
                null,
                null,
                null,
                null,
                number,
                List.of());
    }

    private List<String> ids() {
        return recent.newestFirst().stream().map(FinishedRequest::id).toList();
    }

    @Test
    void there_are_none_at_first() {
        assertThat(recent.newestFirst()).isEmpty();
    }

    @Test
    void the_newest_come_first_and_the_oldest_go() {
        IntStream.range(0, 3).forEach(i -> recent.add(request(i)));
        assertThat(ids()).containsExactly("id-2", "id-1", "id-0");
        IntStream.range(3, 250).forEach(i -> recent.add(request(i)));
        assertThat(ids())
                .hasSize(RecentRequests.MOST)
                .startsWith("id-249", "id-248")
                .endsWith("id-150");
    }

    @Test
    void many_threads_may_add_at_once() {
        IntStream.range(0, 10_000).parallel().forEach(i -> recent.add(request(i)));
        assertThat(ids()).hasSize(RecentRequests.MOST).doesNotHaveDuplicates();
    }

    @Test
    void a_client_that_left_has_no_status() {
        assertThat(request(7).toJson().toString())
                .isEqualTo("{\"id\":\"id-7\",\"time\":\"1970-01-01T00:00:00Z\",\"surface\":null,\"client\":null,"
                        + "\"model\":null,\"stream\":false,\"provider\":null,\"status\":null,\"ms\":7,"
                        + "\"tokens\":{\"input\":0,\"output\":0,\"cached\":0},\"cost_usd\":null,"
                        + "\"time_to_first_token_ms\":null,\"attempts\":[]}");
    }
}
