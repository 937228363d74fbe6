package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** A body is in memory once. */
class WrappedTest {

    @Test
    void a_body_is_not_copied_on_its_way_to_whoever_reads_it() {
        byte[] body = {1, 2, 3};
        assertThat(Wrapped.bytes(Wrapped.buffer(body))).isSameAs(body);
    }

    @Test
    void where_a_buffer_has_more_than_its_bytes_they_alone_are_read() {
        assertThat(Wrapped.bytes(Buffer.buffer(100).appendByte((byte) 7))).containsExactly(7);
        assertThat(Wrapped.bytes(Wrapped.buffer(new byte[] {1, 2, 3}).slice(1, 3)))
                .containsExactly(2, 3);
    }
}
