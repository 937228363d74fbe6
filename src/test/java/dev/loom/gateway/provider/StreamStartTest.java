package dev.loom.gateway.provider;

import static dev.loom.gateway.provider.StreamStart.EVENTS;
import static dev.loom.gateway.provider.StreamStart.OTHER;
import static dev.loom.gateway.provider.StreamStart.UNDECIDED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamStartTest {

    private static StreamStart of(String bytes, boolean declared) {
        byte[] body = bytes.getBytes(UTF_8);
        return StreamStart.of(body, body.length, declared);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {}",
                "data:{}",
                "event: ping\n",
                "id: 1\n",
                "retry: 5\n",
                ": hello\n",
                ":",
                "\n\r\n data: x",
                "\uFEFFdata: x"
            })
    void a_field_or_a_comment_begins_a_stream(String body) {
        assertThat(of(body, false)).isEqualTo(EVENTS);
        assertThat(of(body, true)).isEqualTo(EVENTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}", "[{}]", "\n {", "<html>", "\"data: x\"", "7"})
    void anything_else_does_not_whatever_is_declared(String body) {
        assertThat(of(body, false)).isEqualTo(OTHER);
        assertThat(of(body, true)).isEqualTo(OTHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n", "d", "dat", "even", "retr", "\uFEFF"})
    void too_little_says_nothing(String body) {
        assertThat(of(body, false)).isEqualTo(UNDECIDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo: bar\ndata: x", "database"})
    void an_unknown_field_begins_one_where_it_is_declared(String body) {
        assertThat(of(body, true)).isEqualTo(EVENTS);
        assertThat(of(body, false)).isEqualTo(OTHER);
    }

    @Test
    void white_space_without_end_is_none() {
        assertThat(of(" ".repeat(64 << 10), true)).isEqualTo(OTHER);
    }
}
