package dev.loom.gateway.camel.flow;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.openai.WholeAnswer;
import dev.loom.gateway.traffic.TimeSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** The bean of the Kamelet {@code llm-gateway-source}: clients speak OpenAI's language, the flow gets a prompt. */
public final class GatewaySource {

    private static final String BEARER = "Bearer ";

    private final OpenAiEndpoint endpoint = new OpenAiEndpoint(TimeSource.system());
    private String model = "flow";
    private String apiKey = "";
    private boolean wholeRequest;

    /** @param model the name that the list of models has */
    public void setModel(String model) {
        this.model = model;
    }

    /** @param apiKey what clients must show; blank for no key */
    public void setApiKey(String apiKey) {
        this.apiKey = apiKey;
    }

    /** @param body {@code prompt} for the text of the last message, {@code request} for all of the request's JSON */
    public void setBody(String body) {
        this.wholeRequest = body.equals("request");
    }

    /** A client's request becomes the flow's message. */
    public void accept(Exchange exchange) throws RequestEnded {
        Message message = exchange.getMessage();
        requireKey(message);
        ChatRequest request = endpoint.accept(exchange, model);
        message.setHeader("LoomModel", Printable.of(request.model()));
        message.setBody(
                wholeRequest ? new String(request.body(), StandardCharsets.UTF_8) : OpenAiEndpoint.prompt(request));
    }

    private void requireKey(Message message) throws RequestEnded {
        if (!apiKey.isBlank() && !isKey(OpenAiEndpoint.header(message, "x-api-key")) && !isKey(bearer(message))) {
            throw RequestEnded.with(Reply.error(
                            401,
                            ApiError.invalidRequest(
                                    "A valid API key is needed, as 'Authorization: Bearer <key>' or 'x-api-key'.",
                                    null,
                                    "invalid_api_key"))
                    .with("WWW-Authenticate", "Bearer"));
        }
    }

    private static @Nullable String bearer(Message message) {
        String value = OpenAiEndpoint.header(message, "Authorization");
        if (value == null || !value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        return value.substring(BEARER.length()).strip();
    }

    /** Takes as long for a key that is nearly right as for any other. */
    private boolean isKey(@Nullable String shown) {
        return shown != null
                && MessageDigest.isEqual(
                        shown.getBytes(StandardCharsets.UTF_8), apiKey.getBytes(StandardCharsets.UTF_8));
    }

    /** What the flow has left in the body goes to the client: a text, or a whole completion. */
    public void answer(Exchange exchange) throws UnreadableAnswer {
        ChatRequest request = OpenAiEndpoint.request(exchange);
        WholeAnswer answer = WholeAnswer.of(request, Question.body(exchange));
        OpenAiEndpoint.reply(
                exchange,
                request.stream()
                        ? new Reply(
                                200,
                                Map.of("Content-Type", "text/event-stream", "Cache-Control", "no-cache"),
                                answer.stream())
                        : Reply.json(200, answer.completion()));
    }

    /** What went wrong is an error in OpenAI's shape. */
    public void failed(Exchange exchange) {
        OpenAiEndpoint.failed(exchange);
    }
}
