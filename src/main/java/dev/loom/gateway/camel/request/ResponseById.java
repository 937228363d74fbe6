package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.camel.port.Memory;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.port.Turns;
import dev.loom.gateway.client.Room;
import dev.loom.gateway.client.responses.RecentResponses;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * {@code loomResponseById}: a response that is kept is shown to the client that it was made for, or forgotten. What a
 * provider holds is asked of that provider, and ends the route's own part in it.
 */
public final class ResponseById implements Processor {

    private static final String RESPONSES = "/responses/";
    private static final String ITEMS = "/input_items";

    private final RecentResponses recent;
    private final Supplier<Gateway> gateway;
    private final Memory memory;
    private final Processor passed;

    /** @param passed takes what is not kept here, for the provider that holds it */
    public ResponseById(RecentResponses recent, Supplier<Gateway> gateway, Memory memory, Processor passed) {
        this.recent = recent;
        this.gateway = gateway;
        this.memory = memory;
        this.passed = passed;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        HttpServerRequest request = Passage.of(exchange).request();
        String path = Received.path(request.path());
        String rest = path.substring(path.indexOf(RESPONSES) + RESPONSES.length());
        boolean items = rest.endsWith(ITEMS);
        String id = items ? rest.substring(0, rest.length() - ITEMS.length()) : rest;
        byte[] body;
        Turns.Turn turn = memory.turns().turn();
        try (Memory.Share share = memory.share()) {
            body = find(request, id, items, turn.in(share));
        } catch (InvalidRequest e) {
            throw RequestEnded.with(e);
        } finally {
            turn.release();
        }
        if (body == null) {
            passed.process(exchange);
        } else {
            ClientHeaders.enter(request, exchange.getMessage());
            exchange.getMessage().setBody(Reply.json(200, body));
            exchange.setRouteStop(true);
        }
    }

    private byte @Nullable [] find(HttpServerRequest request, String id, boolean items, Room room)
            throws InvalidRequest {
        Gateway current = gateway.get();
        Instant now = current.time().instant();
        String caller = current.keys()
                .find(request)
                .map(ClientKeys.Client::key)
                .map(key -> key.name())
                .orElse(null);
        if (request.method().equals(HttpMethod.DELETE)) {
            return !items && recent.delete(id, caller, now)
                    ? Json.bytes(Json.object()
                            .put("id", id)
                            .put("object", "response")
                            .put("deleted", true))
                    : null;
        }
        if (request.method().equals(HttpMethod.POST)) {
            return null; // an answer that has come cannot be cancelled any more
        }
        return items
                ? recent.inputItems(id, caller, now, request::getParam, room)
                : recent.response(id, caller, now, room);
    }
}
