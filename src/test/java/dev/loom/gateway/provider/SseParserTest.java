package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {

    /** Events as {@code name|data}, comments as {@code :}. */
    private static final class Log implements SseParser.Listener {
        final List<String> lines = new ArrayList<>();

        @Override
        public void event(ServerSentEvent event) {
            lines.add(event.name() + "|" + new String(event.data(), UTF_8));
        }

        @Override
        public void comment() {
            lines.add(":");
        }
    }

    private static List<String> parse(byte[] stream, int... cuts) throws UnreadableAnswer {
        Log log = new Log();
        SseParser parser = new SseParser(log);
        int from = 0;
        for (int cut : cuts) {
            feed(parser, Arrays.copyOfRange(stream, from, cut));
            from = cut;
        }
        feed(parser, Arrays.copyOfRange(stream, from, stream.length));
        parser.end();
        return log.lines;
    }

    /** As from a buffer that is used again: the parser may not rely on its bytes any longer than that. */
    private static void feed(SseParser parser, byte[] bytes) throws UnreadableAnswer {
        parser.feed(bytes, 0, bytes.length);
        Arrays.fill(bytes, (byte) '#');
    }

    private static List<String> parse(String stream) throws UnreadableAnswer {
        return parse(stream.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void lines_may_end_in_any_of_the_three_ways(String eol) throws Exception {
        assertThat(parse("event: ping" + eol + "data: a" + eol + "data: b" + eol + eol + "data:c" + eol + eol))
                .containsExactly("ping|a\nb", "null|c");
    }

    @Test
    void only_one_space_after_the_colon_is_no_data() throws Exception {
        assertThat(parse("data:  x \n\n")).containsExactly("null| x ");
    }

    @Test
    void comments_are_reported_apart() throws Exception {
        assertThat(parse(": ping\n\ndata: a\n:\ndata: b\n\n")).containsExactly(":", ":", "null|a\nb");
    }

    @Test
    void an_event_without_data_is_none_and_its_name_is_forgotten() throws Exception {
        assertThat(parse("event: lost\n\ndata: a\n\n")).containsExactly("null|a");
    }

    @Test
    void data_may_be_empty() throws Exception {
        assertThat(parse("data\n\ndata:\ndata:\n\n")).containsExactly("null|", "null|\n");
    }

    @Test
    void unknown_fields_are_ignored() throws Exception {
        assertThat(parse("id: 7\nretry: 10\ndatum: no\ndat: no\ndata: yes\n\n")).containsExactly("null|yes");
    }

    @Test
    void a_byte_order_mark_is_skipped_at_the_beginning_only() throws Exception {
        assertThat(parse("\uFEFFdata: a\n\n\uFEFFdata: b\n\n")).containsExactly("null|a");
    }

    @Test
    void the_last_event_needs_no_blank_line() throws Exception {
        assertThat(parse("data: a\n\nevent: e\ndata: b")).containsExactly("null|a", "e|b");
        assertThat(parse("data: a\n")).containsExactly("null|a");
        assertThat(parse("event: e")).isEmpty();
    }

    @Test
    void an_event_is_delivered_with_its_blank_line_and_not_later() throws Exception {
        Log log = new Log();
        byte[] stream = "data: a\r\n\r".getBytes(UTF_8);
        new SseParser(log).feed(stream, 0, stream.length);
        assertThat(log.lines).containsExactly("null|a");
    }

    @Test
    void an_event_of_the_greatest_size_passes_and_one_byte_more_does_not() throws Exception {
        byte[] largest = new byte[SseParser.MAX_EVENT_BYTES];
        Arrays.fill(largest, (byte) 'x');
        System.arraycopy("data:".getBytes(UTF_8), 0, largest, 0, 5);
        assertThat(parse(largest).get(0)).hasSize(largest.length);
        assertThat(parse(largest, 1, 1000).get(0)).hasSize(largest.length);

        byte[] tooLarge = Arrays.copyOf(largest, largest.length + 1);
        assertThatThrownBy(() -> parse(tooLarge)).isInstanceOf(UnreadableAnswer.class);
        assertThatThrownBy(() -> parse(tooLarge, 1, 1000)).isInstanceOf(UnreadableAnswer.class);
    }

    @Test
    void many_short_lines_count_together() {
        byte[] stream = "data:x\n".repeat(SseParser.MAX_EVENT_BYTES / 2 + 1).getBytes(UTF_8);
        assertThatThrownBy(() -> parse(stream)).isInstanceOf(UnreadableAnswer.class);
    }

    @Property
    void any_split_gives_the_same_events(
            @ForAll("streams") String stream, @ForAll List<@IntRange(max = 400) Integer> positions) throws Exception {
        byte[] bytes = stream.getBytes(UTF_8);
        int[] cuts = positions.stream()
                .mapToInt(p -> Math.min(p, bytes.length))
                .sorted()
                .toArray();
        assertThat(parse(bytes, cuts)).isEqualTo(parse(bytes));
    }

    @Property(tries = 200)
    void one_byte_at_a_time_gives_the_same_events(@ForAll("streams") String stream) throws Exception {
        byte[] bytes = stream.getBytes(UTF_8);
        int[] everywhere = IntStream.range(0, bytes.length).toArray();
        assertThat(parse(bytes, everywhere)).isEqualTo(parse(bytes));
    }

    @Provide
    Arbitrary<String> streams() {
        return Arbitraries.of(
                        "data: ",
                        "data:",
                        "data",
                        "event: e",
                        "event:",
                        ": c",
                        "\n",
                        "\r",
                        "\r\n",
                        "\n\n",
                        "{\"ü\":1}",
                        "漢",
                        "😀",
                        "\uFEFF",
                        " ",
                        "id: 1",
                        ":")
                .list()
                .ofMaxSize(60)
                .map(parts -> String.join("", parts));
    }
}
