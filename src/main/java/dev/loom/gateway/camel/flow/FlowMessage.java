package dev.loom.gateway.camel.flow;

import dev.loom.gateway.camel.request.Call;
import dev.loom.gateway.camel.request.Facts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * What the exchange of a flow was before a model was asked; on the way to a provider nothing of it goes along. The flow may
 * be a route of the gateway itself: then the request that it serves is kept, and comes back, too.
 *
 * @param call the request that the flow serves; null for a flow that serves none
 * @param facts the exchange properties of that request
 * @param outer of the question within which this one is asked; null mostly
 */
record FlowMessage(
        @Nullable Object body,
        Map<String, Object> headers,
        @Nullable Call call,
        Map<String, Object> facts,
        @Nullable FlowMessage outer) {

    private static final String PROPERTY = "loomFlowMessage";

    /** Keeps the exchange as it is now. */
    static void keep(Exchange exchange) {
        Message message = exchange.getMessage();
        Map<String, Object> facts = new HashMap<>();
        for (String name : Facts.ALL) {
            Object value = exchange.getProperty(name);
            if (value != null) {
                facts.put(name, value);
            }
        }
        FlowMessage outer = (FlowMessage) exchange.getProperty(PROPERTY);
        Map<String, Object> headers = new HashMap<>(message.getHeaders());
        exchange.setProperty(PROPERTY, new FlowMessage(message.getBody(), headers, Call.find(exchange), facts, outer));
    }

    /** The flow goes on with an answer. */
    static void answer(Exchange exchange, String said, boolean wantsJson) {
        FlowMessage kept = (FlowMessage) exchange.getProperty(PROPERTY);
        kept.putBack(exchange);
        List.of("Model", "System", "Input", "Output").forEach(name -> exchange.removeProperty(Question.PREFIX + name));
        exchange.getMessage().setBody(said);
        Call call = kept.call();
        // With output json, behind the dispatch, the inner answer may replace the outer one. Otherwise it is for the
        // next step.
        if (call != null && !(wantsJson && call.steps().answer() != null)) {
            call.steps().innerAnswer(said);
        }
    }

    /**
     * The flow gets its own message back, since there is no answer; what was asked stays, so that it can ask again. Without
     * one kept, nothing is to be done.
     */
    static void restore(Exchange exchange) {
        if (exchange.getProperty(PROPERTY) instanceof FlowMessage kept) {
            kept.putBack(exchange);
            exchange.getMessage().setBody(kept.body());
        }
    }

    private void putBack(Exchange exchange) {
        exchange.getMessage().setHeaders(headers);
        Call.carry(exchange, call);
        Facts.ALL.forEach(name -> exchange.setProperty(name, facts.get(name)));
        exchange.setProperty(PROPERTY, outer);
    }
}
