package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Chunks;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TokenFigure;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.UsageDetails;
import dev.loom.gateway.provider.errors.ErrorInside;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stream of the Messages API as chunks. */
final class MessageStream implements ChunkDecoder {

    private final ChatRequest request;
    private final Target target;
    private final boolean jsonTool;
    private final AnthropicUsage usage = new AnthropicUsage();
    private final Map<Integer, Block> open = new LinkedHashMap<>();
    private @Nullable Chunks chunks;
    private JsonNode stop = MissingNode.getInstance();
    private int calls;
    private boolean counted;
    private boolean ended;

    /** @param model as it was when the request was encoded */
    MessageStream(ChatRequest request, Target target, Model model) {
        this.request = request;
        this.target = target;
        this.jsonTool = Answer.isJsonTool(request, model);
    }

    @Override
    public void accept(ServerSentEvent event, ChunkSink sink) {
        if (ended) {
            return;
        }
        JsonNode json = Json.lenient(event.data());
        String name = Objects.requireNonNullElse(event.name(), "");
        String type = json.path("type").asText(name);
        if (name.equals("error") || ErrorInside.isIn(json, name)) {
            fail(Errors.inside(event.data()), sink);
        } else if (!json.isObject()) {
            fail(Failure.transientFailure("The provider sent a stream event that is not a JSON object."), sink);
        } else {
            accept(type, json, sink);
        }
    }

    private void accept(String type, JsonNode json, ChunkSink sink) {
        switch (type) {
            case "message_start" -> start(json.path("message"), sink);
            case "content_block_start" -> open(json, sink);
            case "content_block_delta" -> delta(json, sink);
            case "content_block_stop" -> close(open.remove(index(json)), sink);
            case "message_delta" -> {
                usage.update(json.path("usage"));
                counted |= TokenFigure.isSaid(json.path("usage").path("output_tokens"));
                stop = json.path("delta").hasNonNull("stop_reason") ? json.path("delta") : stop;
            }
            case "message_stop" -> finish(sink);
            default -> sink.keepAlive(); // pings, and what the API may say in future
        }
    }

    @Override
    public void end(ChunkSink sink) {
        if (!ended && stop.isObject()) {
            finish(sink);
        } else if (!ended) {
            fail(Failure.transientFailure("The provider closed its stream before the answer was complete."), sink);
        }
    }

    @Override
    public @Nullable Usage usage() {
        UsageDetails details = usage.details();
        return details == null ? null : details.toUsage();
    }

    /** What stands in {@code message_start} is only a beginning. */
    @Override
    public boolean isCounted() {
        return counted;
    }

    @Override
    public long contentBytes() {
        return chunks == null ? 0 : chunks.contentBytes();
    }

    /** The first chunk. A second start, as some proxies send, changes nothing but the usage. */
    private Chunks start(JsonNode message, ChunkSink sink) {
        usage.update(message.path("usage"));
        if (chunks == null) {
            String model = Answer.model(message, target);
            chunks = new Chunks(Answer.id(message, request), request.created(), model);
            sink.chunk(chunks.delta(0, Chunks.role()), false);
        }
        return chunks;
    }

    private Chunks started(ChunkSink sink) {
        return chunks == null ? start(MissingNode.getInstance(), sink) : chunks;
    }

    private Block.Out out(ChunkSink sink) {
        Chunks to = started(sink);
        return (delta, content) -> sink.chunk(to.delta(0, delta), content);
    }

    private static int index(JsonNode json) {
        return json.path("index").asInt();
    }

    private void open(JsonNode json, ChunkSink sink) {
        if (Answer.isNameless(json.path("content_block"))) {
            fail(Failure.transientFailure(Answer.NAMELESS), sink);
            return;
        }
        Block.Out out = out(sink);
        Block before = open.put(index(json), block(json.path("content_block"), out));
        close(before, sink);
    }

    private Block block(JsonNode start, Block.Out out) {
        return switch (start.path("type").asText()) {
            case "text" -> Block.text(start, out);
            case "thinking", "redacted_thinking" -> new Block.Thinking(start, calls, out);
            case "tool_use" -> toolUse(start, out);
            default -> Block.IGNORED;
        };
    }

    private Block toolUse(JsonNode start, Block.Out out) {
        return jsonTool && start.path("name").asText().equals(AnthropicJson.TOOL_NAME)
                ? Block.ToolUse.answer(start)
                : Block.ToolUse.call(start, calls++, out);
    }

    private void delta(JsonNode json, ChunkSink sink) {
        Block block = open.get(index(json));
        if (block != null) {
            block.delta(json.path("delta"), out(sink));
        }
    }

    private void close(@Nullable Block block, ChunkSink sink) {
        if (block != null) {
            block.stop(out(sink));
        }
    }

    private void finish(ChunkSink sink) {
        ended = true;
        open.values().forEach(block -> close(block, sink));
        Chunks to = started(sink);
        String refusal = Answer.refusal(stop);
        if (refusal != null) {
            sink.chunk(to.delta(0, Chunks.refusal(refusal)), true);
        }
        String reason = Answer.finishReason(stop.path("stop_reason"), calls > 0);
        sink.chunk(to.finish(0, reason, end -> Answer.tell(stop, end)), false);
        UsageDetails details = usage.details();
        if (request.includeUsage()
                && counted
                && details != null
                && details.toUsage().isPlausible()) {
            sink.chunk(to.usage(details), false);
        }
        sink.done();
    }

    private void fail(Failure failure, ChunkSink sink) {
        ended = true;
        sink.failed(failure);
    }
}
