package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TokenFigure;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.errors.Classifier;
import dev.loom.gateway.provider.errors.ErrorInside;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** OpenAI's Responses: what passes is read for its text, its calls and its tokens. */
final class ResponsesApi extends PassedApi {

    ResponsesApi(Dialect chat, Function<Target, UpstreamRequest> like) {
        super(chat, like);
    }

    @Override
    public Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer {
        JsonNode response = Json.lenient(body);
        ErrorInside.refuse(response);
        if (!response.path("output").isArray()) {
            throw new UnreadableAnswer("The provider's answer is no response.");
        }
        if (response.path("status").asText().equals("failed")) {
            throw new UnreadableAnswer(Classifier.inside(response));
        }
        return new Completion(Json.bytes(completion(response)), usage(response));
    }

    @Override
    public ChunkDecoder stream(ChatRequest request, Target target) {
        return new ResponseStream();
    }

    /** As a chat would have answered, as far as a chat can. */
    static ObjectNode completion(JsonNode response) {
        StringBuilder text = new StringBuilder();
        ObjectNode message = Json.object().put("role", "assistant");
        ArrayNode calls = Json.array();
        for (JsonNode item : response.path("output")) {
            item.path("content").forEach(part -> text.append(part.path("text").asText("")));
            if (item.path("type").asText().equals("function_call")) {
                ObjectNode call =
                        calls.addObject().put("id", item.path("call_id").asText());
                call.put("type", "function")
                        .putObject("function")
                        .put("name", item.path("name").asText())
                        .put("arguments", item.path("arguments").asText());
            }
        }
        message.put("content", text.toString());
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        ObjectNode completion = Json.object()
                .put("id", response.path("id").asText())
                .put("object", "chat.completion")
                .put("created", response.path("created_at").asLong())
                .put("model", response.path("model").asText());
        ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
        choice.set("message", message);
        choice.put("finish_reason", calls.isEmpty() ? "stop" : "tool_calls");
        return completion;
    }

    static @Nullable Usage usage(JsonNode response) {
        JsonNode usage = response.path("usage");
        return Usage.reported(
                TokenFigure.of(usage.path("input_tokens")),
                TokenFigure.of(usage.path("output_tokens")),
                TokenFigure.ofPart(usage.at("/input_tokens_details/cached_tokens")),
                TokenFigure.ofPart(usage.at("/output_tokens_details/reasoning_tokens")));
    }
}
