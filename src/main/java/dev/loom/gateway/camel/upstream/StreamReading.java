package dev.loom.gateway.camel.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.openai.OpenAi;
import dev.loom.gateway.provider.openai.WholeAnswer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A provider's stream, also where it came as JSON, which is as good as an answer: it is paid for, and complete.
 *
 * @param decoder for the events
 */
record StreamReading(InputStream events, ChunkDecoder decoder) {

    static StreamReading ofEvents(InputStream events, ChatRequest request, Dialect dialect, Target target) {
        return new StreamReading(events, dialect.stream(request, target));
    }

    /**
     * An object is a whole answer; a list is the events of a stream, which is how Gemini streams by default.
     *
     * @throws UnreadableAnswer if it is no answer
     */
    static StreamReading ofJson(byte[] body, ChatRequest request, Dialect dialect, Target target)
            throws UnreadableAnswer {
        JsonNode json = Json.lenient(body);
        if (json.isArray() && !json.isEmpty()) {
            return ofEvents(new ByteArrayInputStream(events(json)), request, dialect, target);
        }
        byte[] events = WholeAnswer.of(request, dialect.decode(body, request, target)).stream(true);
        return new StreamReading(new ByteArrayInputStream(events), new OpenAi().stream(request, target));
    }

    private static byte[] events(JsonNode list) {
        ByteArrayOutputStream events = new ByteArrayOutputStream();
        for (JsonNode event : list) {
            events.writeBytes(("data: " + Json.string(event) + "\n\n").getBytes(StandardCharsets.UTF_8));
        }
        return events.toByteArray();
    }
}
