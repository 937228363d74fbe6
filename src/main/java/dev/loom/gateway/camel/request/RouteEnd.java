package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.port.Sse;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.openai.WholeAnswer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * What the client gets, by what the steps of a route have left: the provider's answer, or the body and the
 * {@code CamelHttpResponseCode} that a step has set. Never the request itself, and never a 200 that nobody meant.
 */
public final class RouteEnd {

    private final Exchange exchange;
    private final @Nullable Call call;
    private final @Nullable Object body;
    private final @Nullable Integer status;

    private RouteEnd(Exchange exchange) throws RequestEnded {
        Message message = exchange.getMessage();
        this.exchange = exchange;
        this.call = Call.find(exchange);
        this.body = message.getBody();
        this.status = status(exchange, call);
    }

    private static @Nullable Integer status(Exchange exchange, @Nullable Call call) throws RequestEnded {
        try {
            return ResponseCode.of(exchange);
        } catch (RequestEnded e) {
            if (call != null) {
                call.steps().withdrawAnswer();
            }
            throw e;
        }
    }

    /** @throws RequestEnded with 500 if nothing was left that could be an answer */
    public static Reply reply(Exchange exchange) throws RequestEnded {
        Reply reply = ResponseCode.bare(new RouteEnd(exchange).reply());
        Map<String, String> headers = ResponseHeaders.of(exchange.getMessage().getHeaders());
        return headers.isEmpty() ? reply : reply.with(headers);
    }

    private Reply reply() throws RequestEnded {
        Reply answer = call == null ? null : call.steps().answer();
        if (body instanceof Reply reply) {
            return status(reply);
        }
        if (body == null || isUntouched(body)) {
            return answer == null ? unanswered() : kept(answer);
        }
        byte[] bytes = left();
        if (answer != null && bytes.length == 0 && !(body instanceof String)) {
            return kept(answer);
        }
        if (answer == null && isRequest(bytes)) {
            return unanswered();
        }
        Reply made = shaped(bytes);
        return answer == null ? made : new Reply(made.status(), answer.headers(), made.body());
    }

    private byte[] left() throws RequestEnded {
        try {
            return Bodies.left(exchange, "the answer");
        } catch (RequestEnded e) {
            throw refused(e);
        }
    }

    private RequestEnded refused(RequestEnded misstep) {
        if (call != null) {
            call.steps().withdrawAnswer();
        }
        return misstep;
    }

    /** A call of another service, which had nothing to say, leaves its status behind. */
    private Reply kept(Reply answer) {
        boolean leftBehind = status != null && ResponseCode.isBare(status) && !exchange.isRouteStop();
        return leftBehind ? answer : status(answer);
    }

    private Reply status(Reply reply) {
        return status == null ? reply : new Reply(status, reply.headers(), reply.body());
    }

    private boolean isUntouched(Object left) {
        Passage passage = Passage.find(exchange);
        return call != null ? call.isUntouched(left) : passage != null && passage.isAsked(left);
    }

    /** Also where a step has only put the request into another form. */
    private boolean isRequest(byte[] bytes) {
        return call != null
                && call.requestIfRead() != null
                && Json.lenient(bytes).equals(Json.lenient(call.request().body()));
    }

    private Reply unanswered() throws RequestEnded {
        if (status != null && status >= 400) {
            return Reply.error(status, error("The request was refused."));
        }
        if (status != null && (body == null || status >= 300 || ResponseCode.isBare(status))) {
            return new Reply(status, Map.of(), new byte[0]);
        }
        throw StepError.unanswered(exchange);
    }

    private Reply shaped(byte[] bytes) throws RequestEnded {
        int code = status == null ? 200 : status;
        boolean object = Json.lenient(bytes).isObject();
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (code >= 400) {
            return object ? Reply.json(code, bytes) : Reply.error(code, error(text));
        }
        if (call != null && call.requestIfRead() instanceof ChatRequest chat && (!object || chat.stream())) {
            return completion(chat, text, code);
        }
        if (!object) {
            throw StepError.noJson(exchange, text, "the answer");
        }
        return Reply.json(code, bytes);
    }

    /** A text is what the model would have said. */
    private Reply completion(ChatRequest chat, String text, int code) throws RequestEnded {
        try {
            WholeAnswer said = WholeAnswer.of(chat, text);
            return chat.stream() ? new Reply(code, Sse.headers(), said.stream()) : Reply.json(code, said.completion());
        } catch (UnreadableAnswer e) {
            throw StepError.noJson(exchange, text, "the answer");
        }
    }

    private ApiError error(String message) {
        int code = status == null ? 500 : status;
        return code < 500 ? ApiError.invalidRequest(message, null, null) : ApiError.server(message, null);
    }
}
