package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What steps before the plan have made of a request: another body, or another model. An untouched body is known by its
 * identity, so that nothing is parsed twice.
 */
final class ChangedRequest {

    private ChangedRequest() {}

    /** @throws RequestEnded with 500 if what a step has left cannot be a request */
    static void take(Exchange exchange, Call call) throws RequestEnded {
        ApiRequest before = call.request();
        Object body = exchange.getMessage().getBody();
        ApiRequest changed = call.isUntouched(body) ? before : read(exchange, before, body);
        String model = exchange.getProperty(Facts.MODEL, String.class);
        if (model != null && !model.equals(before.model())) {
            changed = forModel(exchange, changed, model);
        }
        if (changed != before) {
            call.request(changed);
            Facts.ofRequest(exchange, call);
        }
        exchange.getMessage().setBody(changed);
    }

    private static ApiRequest read(Exchange exchange, ApiRequest before, @Nullable Object body) throws RequestEnded {
        byte[] bytes = Bodies.bytes(exchange, body);
        if (bytes == null) {
            throw Misstep.noJson(exchange, Objects.requireNonNullElse(body, "null"), "the request");
        }
        return reread(exchange, before, bytes);
    }

    private static ApiRequest forModel(Exchange exchange, ApiRequest request, String model) throws RequestEnded {
        return reread(exchange, request, request.bodyFor(model));
    }

    private static ApiRequest reread(Exchange exchange, ApiRequest request, byte[] bytes) throws RequestEnded {
        try {
            return request.reread(bytes);
        } catch (InvalidRequest e) {
            throw Misstep.noRequest(exchange, e.error().message());
        }
    }
}
