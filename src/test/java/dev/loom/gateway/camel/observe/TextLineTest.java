package dev.loom.gateway.camel.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text lines of the log as they are shipped: the words of others neither forge a line nor steer a terminal. */
class TextLineTest {

    private static String line(String message, Throwable thrown) throws IOException {
        Properties shipped = new Properties();
        try (InputStream in = TextLineTest.class.getResourceAsStream("/loom/log4j2.properties")) {
            shipped.load(in);
        }
        PatternLayout layout = PatternLayout.newBuilder()
                .withPattern(shipped.getProperty("appender.console.layout.pattern"))
                .withAlwaysWriteExceptions(
                        Boolean.parseBoolean(shipped.getProperty("appender.console.layout.alwaysWriteExceptions")))
                .withCharset(StandardCharsets.UTF_8)
                .build();
        return layout.toSerializable(Log4jLogEvent.newBuilder()
                .setLevel(Level.WARN)
                .setLoggerName("a")
                .setMessage(new SimpleMessage(message))
                .setThrown(thrown)
                .build());
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 7, 8, 9, 0x0b, 0x0c, 0x1b, 0x7f, 0x85, 0x9b, 0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e,
                0x2066, 0x2069
            })
    void what_steers_a_terminal_becomes_a_question_mark(int character) throws IOException {
        String said = "m" + Character.toString(character) + "[31mred";
        assertThat(line(said, null)).endsWith(" m?[31mred\n");
        String thrown = line("x", new IllegalStateException(said));
        if (character != '\t') {
            assertThat(thrown).contains("x\njava.lang.IllegalStateException: m?[31mred\n");
        }
    }

    @Test
    void what_breaks_a_line_is_escaped() throws IOException {
        assertThat(line("a\nb\r\nc", null)).endsWith(" a\\nb\\r\\nc\n");
    }

    @Test
    void words_of_every_language_stay() throws IOException {
        assertThat(line("{\"a\": 'ä 日本 العربية 🙂 $1 \\x'}", null)).endsWith(" {\"a\": 'ä 日本 العربية 🙂 $1 \\x'}\n");
    }

    @Test
    void a_stack_trace_is_told_once_and_line_by_line() throws IOException {
        String told = line("x", new IllegalStateException("y"));
        assertThat(told.split("IllegalStateException", -1)).hasSize(2);
        assertThat(told).contains("\n\tat ");
    }
}
