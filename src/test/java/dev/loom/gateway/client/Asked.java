package dev.loom.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.SseParser;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Asks surfaces in JSON whose strings stand in single quotes, and reads what they write. */
public final class Asked {

    private Asked() {}

    public static RawRequest raw(String json) {
        return raw("/v1", Map.of(), json);
    }

    public static RawRequest raw(String path, Map<String, String> query, String json) {
        return new RawRequest(path, query::get, Lookup.NONE, quoted(json).getBytes(UTF_8), TestTargets.RECEIVED);
    }

    public static ClientRequest read(Surface surface, RawRequest request) {
        try {
            return surface.read(request);
        } catch (InvalidRequest e) {
            throw new AssertionError(e.error().toString(), e);
        }
    }

    /** What is wrong with a request. */
    public static ApiError error(Surface surface, RawRequest request) {
        try {
            surface.read(request);
        } catch (InvalidRequest e) {
            return e.error();
        }
        throw new AssertionError("The request was taken: " + new String(request.body(), UTF_8));
    }

    /** The hub's request as JSON. */
    public static JsonNode hub(ClientRequest request) {
        return ((ChatRequest) request.hub()).tree();
    }

    public static JsonNode answer(ClientRequest request, byte[] completion) {
        return json(new String(request.answer(completion), UTF_8));
    }

    /** What the client sees of a stream that ends well. */
    public static List<Event> events(ClientRequest request, List<byte[]> chunks) {
        return events(request, stream -> {
            chunks.forEach(stream::chunk);
            stream.done();
        });
    }

    /** What the client sees of a stream. */
    public static List<Event> events(ClientRequest request, Consumer<StreamWriter> told) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        told.accept(request.stream(out::writeBytes));
        return events(out.toByteArray());
    }

    /** A comment is an event without data. */
    public static List<Event> events(byte[] stream) {
        List<Event> events = new ArrayList<>();
        SseParser parser = new SseParser(new SseParser.Listener() {
            @Override
            public void event(ServerSentEvent event) {
                events.add(new Event(event.name(), new String(event.data(), UTF_8)));
            }

            @Override
            public void comment() {
                events.add(new Event(null, ""));
            }
        });
        try {
            RecordingSink.feed(parser, stream);
        } catch (UnreadableAnswer e) {
            throw new AssertionError(e);
        }
        return events;
    }

    /** One event of a client's stream. */
    public record Event(String name, String data) {
        public JsonNode json() {
            return Asked.json(data);
        }
    }

    public static String quoted(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }

    public static JsonNode json(String singleQuoted) {
        JsonNode json = Json.lenient(quoted(singleQuoted).getBytes(UTF_8));
        if (json.isMissingNode()) {
            json = Json.lenient(singleQuoted.getBytes(UTF_8));
        }
        if (json.isMissingNode()) {
            throw new AssertionError("Not JSON: " + singleQuoted);
        }
        return json;
    }
}
