package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.InvalidRequest;
import org.apache.camel.Exchange;

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
        ApiRequest changed = call.isUntouched(body) ? before : read(exchange, before);
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

    /**
     * What steps between the plan and a provider have made of the request, for that provider alone. The next one gets it as
     * the plan has it.
     *
     * @throws RequestEnded with 500 if what a step has left cannot be a request, or wants another kind of answer
     */
    static ApiRequest forAttempt(Exchange exchange, Call call) throws RequestEnded {
        Object body = exchange.getMessage().getBody();
        ApiRequest planned = call.request();
        if (call.isUntouched(body)) {
            return planned;
        }
        ApiRequest changed = read(exchange, planned);
        if (changed.stream() != planned.stream()) {
            throw StepError.noRequest(exchange, "Whether there is a stream cannot be changed after the plan.");
        }
        return changed;
    }

    private static ApiRequest read(Exchange exchange, ApiRequest before) throws RequestEnded {
        return reread(exchange, before, Bodies.left(exchange, "the request"));
    }

    private static ApiRequest forModel(Exchange exchange, ApiRequest request, String model) throws RequestEnded {
        return reread(exchange, request, request.bodyFor(model));
    }

    private static ApiRequest reread(Exchange exchange, ApiRequest request, byte[] bytes) throws RequestEnded {
        try {
            return request.reread(bytes);
        } catch (InvalidRequest e) {
            throw StepError.noRequest(exchange, e.error().message());
        }
    }
}
