package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryTest {

    private static final long KB = 1024;

    private final AtomicLong most = new AtomicLong(800 * KB);
    private final Memory memory = new Memory(most::get);

    @Test
    void what_is_given_back_can_be_taken_again() {
        Memory.Share share = memory.share();
        assertThat(share.take(700 * KB)).isTrue();
        assertThat(share.take(KB)).isFalse();
        share.giveBack(600 * KB);
        assertThat(share.take(KB)).isTrue();
        assertThat(memory.held()).isEqualTo(101 * KB);
        share.close();
        share.close();
        assertThat(memory.held()).isZero();
    }

    @Test
    void where_the_large_have_taken_what_they_may_the_small_still_find_room() {
        Memory.Share large = memory.share();
        assertThat(large.take(701 * KB)).isFalse();
        assertThat(large.take(700 * KB)).isTrue();
        assertThat(memory.fits(65 * KB)).isFalse();
        Memory.Share small = memory.share();
        assertThat(small.take(60 * KB)).isTrue();
        assertThat(small.take(5 * KB)).as("no longer small").isFalse();
        assertThat(memory.share().take(40 * KB)).isTrue();
        assertThat(memory.share().take(KB)).as("all is taken").isFalse();
    }

    @Test
    void nothing_is_taken_or_given_back_after_the_end() {
        Memory.Share share = memory.share();
        share.take(10 * KB);
        share.close();
        assertThat(share.take(1)).isFalse();
        share.giveBack(10 * KB);
        assertThat(memory.held()).isZero();
    }

    @Test
    void the_bound_can_change_at_any_time() {
        Memory.Share share = memory.share();
        share.take(100 * KB);
        most.set(50 * KB);
        assertThat(memory.isFull()).isTrue();
        assertThat(memory.share().take(1)).isFalse();
        most.set(800 * KB);
        assertThat(memory.isFull()).isFalse();
    }

    @Test
    void many_threads_never_take_more_than_there_is() {
        long taken = IntStream.range(0, 10_000)
                .parallel()
                .filter(i -> memory.share().take(KB))
                .count();
        assertThat(taken).isEqualTo(800);
        assertThat(memory.held()).isEqualTo(800 * KB);
    }
}
