package dev.loom.gateway.camel.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loom.gateway.camel.port.RequestMdc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.StringMap;
import org.junit.jupiter.api.Test;

/** The two formats of {@code log4j2.properties}. */
class LogLayoutTest {

    private static LogEvent event(String logger, String message, String id, Throwable thrown) {
        return event(logger, message, id, thrown, Map.of());
    }

    private static LogEvent event(
            String logger, String message, String id, Throwable thrown, Map<String, String> facts) {
        StringMap context = ContextDataFactory.createContextData();
        if (id != null) {
            context.putValue(RequestMdc.KEY, id);
        }
        facts.forEach(context::putValue);
        return Log4jLogEvent.newBuilder()
                .setLoggerName(logger)
                .setLevel(Level.WARN)
                .setMessage(new SimpleMessage(message))
                .setContextData(context)
                .setThrown(thrown)
                .setTimeMillis(1000)
                .build();
    }

    private static String line(String format, LogEvent event) {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        byte[] line = context.getConfiguration().getAppender(format).getLayout().toByteArray(event);
        return new String(line, StandardCharsets.UTF_8);
    }

    private static JsonNode json(LogEvent event) throws IOException {
        String line = line("json", event);
        assertThat(line).endsWith("}\n");
        assertThat(line.lines()).hasSize(1);
        return new ObjectMapper().readTree(line);
    }

    @Test
    void text_has_the_id_before_the_message() {
        assertThat(line("text", event("a.b.c", "model=gpt-4 provider=a", "id-1", null)))
                .endsWith(" model=gpt-4 provider=a\n")
                .contains(" id-1 model=");
        assertThat(line("text", event("a.b.c", "started", null, null))).matches("(?s)\\S+ WARN +a\\.b\\.c +started\n");
    }

    @Test
    void json_has_it_as_a_key_and_lines_without_a_request_have_no_such_key() throws IOException {
        assertThat(json(event("a.b.c", "x", "id-1", null)).toString())
                .isEqualTo("{\"time\":\"1970-01-01T00:00:01.000Z\",\"level\":\"WARN\",\"logger\":\"a.b.c\","
                        + "\"request_id\":\"id-1\",\"message\":\"x\",\"thrown\":\"\"}");
        assertThat(json(event("a.b.c", "x", null, null)).has("request_id")).isFalse();
    }

    @Test
    void json_has_the_facts_of_a_request_as_keys() throws IOException {
        LogEvent event = event(
                "a.b.c", "x", "id-1", null, facts("gpt-\"4\"", "openai", "team", "200", "12", "5", "7", "2", "org-1"));
        assertThat(json(event).toString())
                .isEqualTo("{\"time\":\"1970-01-01T00:00:01.000Z\",\"level\":\"WARN\",\"logger\":\"a.b.c\","
                        + "\"request_id\":\"id-1\",\"model\":\"gpt-\\\"4\\\"\",\"provider\":\"openai\",\"client\":\"team\",\"account\":\"org-1\","
                        + "\"status\":200,\"ms\":12,\"tokens\":{\"input\":5,\"output\":7},\"attempts\":2,"
                        + "\"message\":\"x\",\"thrown\":\"\"}");
    }

    private static Map<String, String> facts(String... values) {
        List<String> keys = List.of(
                "model", "provider", "client", "status", "ms", "tokens_in", "tokens_out", "attempts", "account");
        Map<String, String> facts = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            facts.put("loom." + keys.get(i), values[i]);
        }
        return facts;
    }

    @Property(tries = 300)
    void json_stays_one_valid_line_whatever_is_logged(@ForAll String text) throws IOException {
        String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        JsonNode line = json(event("l" + whole, "m" + whole, "i" + whole, new IllegalStateException("t" + whole)));
        assertThat(line.path("logger").asText()).isEqualTo("l" + whole);
        assertThat(line.path("message").asText()).isEqualTo("m" + whole);
        assertThat(line.path("request_id").asText()).isEqualTo("i" + whole);
        assertThat(line.path("thrown").asText()).contains("IllegalStateException");
    }

    @Test
    void text_cannot_be_made_to_look_like_two_lines() {
        assertThat(line("text", event("a.b.c", "x\r\nINFO forged", "id\n1", null))
                        .lines())
                .hasSize(1);
    }
}
