package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Chunks;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.errors.Classifier;
import dev.loom.gateway.provider.errors.ErrorInside;
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
        if (isError(event, json, type)) {
            over = true;
            JsonNode response = json.path("response");
            sink.failed(response.isObject() ? Classifier.inside(response) : Classifier.inside(event.data()));
        } else if (type.endsWith(".delta")) {
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
        }
    }

    private static boolean isError(ServerSentEvent event, JsonNode json, String type) {
        return "error".equals(event.name())
                || type.equals("response.failed")
                || (!type.startsWith("response.") && ErrorInside.isIn(json, event.name()));
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
