package dev.loom.gateway.camel.flow;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What the message of a flow was before a model was asked; on the way to a provider nothing of it goes along. */
record FlowMessage(Object body, Map<String, Object> headers) {

    private static final String PROPERTY = "loomFlowMessage";

    /** Keeps the message as it is now. */
    static void keep(Exchange exchange) {
        Message message = exchange.getMessage();
        exchange.setProperty(PROPERTY, new FlowMessage(message.getBody(), new HashMap<>(message.getHeaders())));
    }

    /** The flow goes on with an answer. */
    static void answer(Exchange exchange, String body) {
        FlowMessage kept = (FlowMessage) exchange.removeProperty(PROPERTY);
        exchange.getMessage().setHeaders(kept.headers());
        exchange.getMessage().setBody(body);
    }

    /** The flow gets its own message back, since there is no answer. Without one kept, nothing is to be done. */
    static void restore(Exchange exchange) {
        if (exchange.removeProperty(PROPERTY) instanceof FlowMessage kept) {
            exchange.getMessage().setHeaders(kept.headers());
            exchange.getMessage().setBody(kept.body());
        }
    }
}
