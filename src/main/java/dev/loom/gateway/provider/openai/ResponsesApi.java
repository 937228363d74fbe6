package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.Verbatim;
import dev.loom.gateway.provider.errors.Classifier;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** OpenAI's Responses, for clients that speak them, too: what passes is read for its text, its calls and its tokens. */
final class ResponsesApi implements Dialect {

    private static final List<String> PASSED = List.of("OpenAI-Beta");

    private final Dialect chat;
    private final Function<Target, UpstreamRequest> like;

    /**
     * @param chat the provider's dialect for all else
     * @param like has address and credentials of a request
     */
    ResponsesApi(Dialect chat, Function<Target, UpstreamRequest> like) {
        this.chat = chat;
        this.like = like;
    }

    @Override
    public UpstreamRequest encode(ChatRequest request, Target target) {
        return chat.encode(request, target);
    }

    @Override
    public UpstreamRequest passOn(Verbatim request, Target target) {
        UpstreamRequest blank = like.apply(target);
        Map<String, String> headers = new LinkedHashMap<>(blank.headers());
        OpenAi.forApi(headers, request.stream());
        request.copyHeaders(headers, PASSED);
        return new UpstreamRequest("POST", blank.url(), headers, request.bodyFor(target.model()));
    }

    @Override
    public Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer {
        JsonNode response = Json.lenient(body);
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

    @Override
    public Failure classify(int status, Headers headers, byte[] body, Instant now) {
        return chat.classify(status, headers, body, now);
    }

    @Override
    public UpstreamRequest models(dev.loom.gateway.config.ProviderConfig provider) {
        return chat.models(provider);
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
        return usage.path("output_tokens").isNumber()
                ? new Usage(
                        usage.path("input_tokens").asLong(),
                        usage.path("output_tokens").asLong(),
                        usage.at("/input_tokens_details/cached_tokens").asLong(),
                        usage.at("/output_tokens_details/reasoning_tokens").asLong())
                : null;
    }
}
