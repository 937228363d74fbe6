package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Chunks;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Position;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.errors.Classifier;
import dev.loom.gateway.provider.errors.ErrorInside;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** OpenAI's older completions of a text: what passes is read for its text and its tokens. */
final class CompletionsApi extends PassedApi {

    CompletionsApi(Dialect chat, Function<Target, UpstreamRequest> like) {
        super(chat, like);
    }

    @Override
    public Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer {
        JsonNode answer = Json.lenient(body);
        ErrorInside.refuse(answer);
        if (!answer.path("choices").isArray()) {
            throw new UnreadableAnswer("The provider's answer is no completion.");
        }
        ObjectNode completion = Json.object().put("object", "chat.completion");
        ArrayNode choices = completion.putArray("choices");
        int[] indexes = Position.ofAll(answer.path("choices"), Position.MOST_CHOICES);
        for (int index : indexes) {
            JsonNode choice = answer.path("choices").path(choices.size());
            choices.addObject()
                    .put("index", index)
                    .put("finish_reason", choice.path("finish_reason").asText("stop"))
                    .set("message", Json.object().put("role", "assistant").put("content", text(choice)));
        }
        return new Completion(Json.bytes(completion), OpenAiUsage.read(answer.path("usage")));
    }

    private static String text(JsonNode choice) {
        return choice.path("text").asText("");
    }

    @Override
    public ChunkDecoder stream(ChatRequest request, Target target) {
        return new Stream();
    }

    /** The events of a completion. */
    private static final class Stream implements ChunkDecoder {

        private final Chunks chunks = new Chunks("", 0, "");
        private @Nullable Usage usage;
        private boolean foreign; // an event was JSON, but no chunk
        private boolean finished;
        private boolean over;

        @Override
        public void accept(ServerSentEvent event, ChunkSink sink) {
            if (over) {
                return;
            }
            JsonNode json = Json.lenient(event.data());
            String text = new String(event.data(), StandardCharsets.UTF_8).strip();
            Failure failure = "error".equals(event.name())
                    ? Classifier.inside(event.data())
                    : ErrorInside.find(json, event.name());
            if (failure != null) {
                fail(failure, sink);
            } else if (text.isEmpty()) {
                sink.keepAlive();
            } else if (text.equals("[DONE]") && foreign && !finished) {
                end(sink);
            } else if (text.equals("[DONE]")) {
                over = true;
                sink.done();
            } else {
                Usage reported = OpenAiUsage.read(json.path("usage"));
                usage = reported == null ? usage : reported;
                foreign |= reported == null && !json.path("choices").isArray();
                for (int i = 0; i < json.path("choices").size(); i++) {
                    said(json.path("choices").path(i), i, sink);
                }
            }
        }

        private void said(JsonNode choice, int position, ChunkSink sink) {
            boolean content =
                    !text(choice).isEmpty() || choice.path("finish_reason").isTextual();
            finished |= choice.path("finish_reason").isTextual();
            ObjectNode delta = Json.object().put("content", text(choice));
            sink.chunk(chunks.delta(Position.of(choice, position, Position.MOST_CHOICES), delta), content);
        }

        @Override
        public void end(ChunkSink sink) {
            if (!over) {
                fail(Failure.transientFailure("The provider closed the stream before its answer was complete."), sink);
            }
        }

        private void fail(Failure failure, ChunkSink sink) {
            over = true;
            sink.failed(failure);
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
}
