package dev.loom.gateway.camel.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.request.AcceptRequest;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.camel.request.JsonBody;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.features.Capabilities;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.ModelNotServed;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** {@code loomExplain}: what the gateway would do with the request in the body; nothing is called, taken or counted. */
public final class Explain implements Processor {

    private final Supplier<Gateway> gateway;

    public Explain(Supplier<Gateway> gateway) {
        this.gateway = gateway;
    }

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        Passage passage = Passage.of(exchange);
        // Whatever its Content-Type: curl calls what it sends a form.
        JsonBody.requirePlain(passage.request());
        byte[] body = AcceptRequest.body(exchange);
        Gateway current = gateway.get();
        ApiRequest request = read(body, current.time().instant());
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage()
                .setBody(Reply.json(
                                200,
                                Json.plainBytes(Scope.on(explain(current, request), current, "limits", "cooldown")))
                        .with("Cache-Control", "no-store"));
    }

    private static ApiRequest read(byte[] body, Instant received) throws RequestEnded {
        try {
            ApiRequest request =
                    isForEmbeddings(body) ? EmbeddingsRequest.parse(body) : ChatRequest.parse(body, received);
            AcceptRequest.checkModel(request);
            return request;
        } catch (InvalidRequest e) {
            throw RequestEnded.with(400, e.error());
        }
    }

    private static boolean isForEmbeddings(byte[] body) {
        JsonNode json = Json.lenient(body);
        return json.has("input") && !json.has("messages");
    }

    private static ObjectNode explain(Gateway current, ApiRequest request) throws RequestEnded {
        try {
            long tokens = current.planner().plan(request).request().inputTokens();
            return ExplainView.of(
                    current.config().routing(),
                    current.planner().explain(request, candidate -> objection(current, request, tokens, candidate)),
                    request);
        } catch (ModelNotServed e) {
            throw RequestEnded.with(404, e.error());
        }
    }

    /** What the provider's dialect cannot say of it; the request that is made for this is thrown away. */
    private static @Nullable ApiError objection(
            Gateway current, ApiRequest request, long inputTokens, Candidate candidate) {
        try {
            Capabilities.require(request, candidate.target(), inputTokens);
            Capabilities.requireSurface(request, candidate.target());
            request.encode(current.dialect(candidate.target()), candidate.target());
            return null;
        } catch (UnsupportedRequest e) {
            return e.error();
        }
    }
}
