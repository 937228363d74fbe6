package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Refusal;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Anthropic's language as Google serves it: the model stands in the URL, and some features are missing. */
public final class ClaudeOnVertex {

    private ClaudeOnVertex() {}

    public static ObjectNode body(ChatRequest request, Target target) {
        return MessagesRequest.vertexBody(request, target);
    }

    public static Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer {
        return Answer.decode(body, request, target, Models.onVertex(target));
    }

    public static ChunkDecoder stream(ChatRequest request, Target target) {
        return new MessageStream(request, target, Models.onVertex(target));
    }

    /** Errors are Google's or Anthropic's, which can be told apart by what they say. */
    public static Failure classify(int status, Headers headers, byte[] body, Instant now) {
        return Errors.classify(status, headers, body, now);
    }

    /** What an error complains of that the request can do without. */
    public static @Nullable Refusal refusal(int status, byte[] body, ApiRequest request, Target target) {
        return Refusals.in(status, body, request, target);
    }
}
