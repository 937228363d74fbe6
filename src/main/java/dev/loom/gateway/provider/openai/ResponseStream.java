package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Chunks;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.errors.Classifier;
import org.jspecify.annotations.Nullable;

/** The events of a response that passes: what they say, whether they go on, and how they end. */
final class ResponseStream implements ChunkDecoder {

    private final Chunks chunks = new Chunks("", 0, "");
    private @Nullable Usage usage;
    private boolean over;

    @Override
    public void accept(ServerSentEvent event, ChunkSink sink) {
        JsonNode json = Json.lenient(event.data());
        String type = json.path("type").asText();
        if (over) {
            return;
        }
        if (type.endsWith(".delta")) {
            sink.chunk(
                    chunks.delta(
                            0, Json.object().put("content", json.path("delta").asText())),
                    true);
        } else if (type.equals("response.output_item.added")) {
            sink.chunk(chunks.delta(0, Json.object()), true);
        } else if (type.equals("response.completed") || type.equals("response.incomplete")) {
            over = true;
            usage = ResponsesApi.usage(json.path("response"));
            sink.done();
        } else if (type.equals("response.failed") || type.equals("error")) {
            over = true;
            JsonNode error = json.path("response").has("error") ? json.path("response") : json;
            sink.failed(Classifier.inside(error.path("error").isObject() ? error : wrapped(json)));
        }
    }

    /** The type of the event is none of the error. */
    private static JsonNode wrapped(JsonNode event) {
        ObjectNode error = event.deepCopy();
        error.remove("type");
        return Json.object().set("error", error);
    }

    @Override
    public void end(ChunkSink sink) {
        if (!over) {
            over = true;
            sink.failed(Failure.transientFailure("The provider closed the stream before its answer was complete."));
        }
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public long contentBytes() {
        return chunks.contentBytes();
    }
}
