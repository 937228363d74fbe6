package dev.loom.gateway.camel.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.ChatFailed;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.request.JsonBody;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Utf8;
import dev.loom.gateway.traffic.TimeSource;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What a flow needs to be an OpenAI-compatible server: {@code POST .../chat/completions} and {@code GET .../models}. */
final class OpenAiEndpoint {

    private static final String REQUEST = "loomServedRequest";

    private final TimeSource time;

    OpenAiEndpoint(TimeSource time) {
        this.time = time;
    }

    /**
     * The chat request that came in; the message is left without a header or body of the client's.
     *
     * @param model what {@code GET .../models} lists
     * @throws RequestEnded if there is none, with the answer
     */
    ChatRequest accept(Exchange exchange, String model) throws RequestEnded {
        Message message = exchange.getMessage();
        String path = Objects.requireNonNullElse(message.getHeader(Exchange.HTTP_URI, String.class), "");
        String method = Objects.requireNonNullElse(message.getHeader(Exchange.HTTP_METHOD, String.class), "");
        requireOperation(method, path, model);
        JsonBody.require(header(message, "Content-Type"), header(message, "Content-Encoding"));
        ChatRequest request = read(message.getBody(byte[].class));
        exchange.setProperty(REQUEST, request);
        message.removeHeaders("*");
        return request;
    }

    static @Nullable String header(Message message, String name) {
        return message.getHeader(name, String.class);
    }

    /** The request of {@link #accept}. */
    static ChatRequest request(Exchange exchange) {
        return (ChatRequest) exchange.getProperty(REQUEST);
    }

    private static void requireOperation(String method, String path, String model) throws RequestEnded {
        boolean chat = path.endsWith("/chat/completions");
        if (!chat && !path.endsWith("/models")) {
            throw RequestEnded.with(
                    404, ApiError.invalidRequest("Unknown path: " + Printable.of(path), null, "unknown_url"));
        }
        String wanted = chat ? "POST" : "GET";
        if (!method.equals(wanted)) {
            throw RequestEnded.with(notAllowed(wanted));
        }
        if (!chat) {
            throw RequestEnded.with(Reply.json(200, Json.bytes(models(model))));
        }
    }

    private static Reply notAllowed(String wanted) {
        String message = "Method not allowed here; allowed: " + wanted + ".";
        return Reply.error(405, ApiError.invalidRequest(message, null, "method_not_allowed"))
                .with("Allow", wanted);
    }

    private static ObjectNode models(String model) {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        data.addObject()
                .put("id", model)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", "flow");
        return list;
    }

    private ChatRequest read(byte @Nullable [] body) throws RequestEnded {
        try {
            byte[] bytes = body == null ? new byte[0] : body;
            Utf8.require(bytes);
            return ChatRequest.parse(bytes, time.instant());
        } catch (InvalidRequest e) {
            throw RequestEnded.with(400, e.error());
        }
    }

    /** The text of the last message of the user. */
    static String prompt(ChatRequest request) {
        JsonNode content = Json.object();
        for (JsonNode message : request.tree().path("messages")) {
            content = message.path("role").asText().equals("user") ? message.path("content") : content;
        }
        StringBuilder text = new StringBuilder(content.isTextual() ? content.textValue() : "");
        content.forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    /** Leaves this answer, and nothing else, for Camel to send. */
    static void reply(Exchange exchange, Reply reply) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        reply.headers().forEach(message::setHeader);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        message.setBody(reply.body());
    }

    /** Answers what went wrong in OpenAI's shape. Only what is meant for clients is told them. */
    static void failed(Exchange exchange) {
        Exception cause = (Exception) exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
        reply(exchange, explained(cause).orElseGet(() -> Reply.error(500, ApiError.server("The flow failed.", null))));
    }

    private static Optional<Reply> explained(Exception cause) {
        if (cause instanceof RequestEnded ended) {
            return ended.reply();
        }
        return cause instanceof ChatFailed failed
                ? Optional.of(Reply.error(failed.status(), error(failed)))
                : Optional.empty();
    }

    private static ApiError error(ChatFailed failed) {
        String message = Objects.requireNonNull(failed.getMessage());
        return failed.status() < 500
                ? ApiError.invalidRequest(message, null, null)
                : ApiError.server(message, "no_answer");
    }
}
