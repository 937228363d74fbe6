package dev.loom.gateway.camel.flow;

import dev.loom.gateway.camel.request.Facts;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.InvalidRequest;
import java.time.Instant;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** What a step of a flow wants of a model: how its message becomes a request, and the answer its body. */
interface Question {

    /** Of the exchange properties that say what is asked. */
    String PREFIX = "loomAsk";

    /**
     * The request in the message's body. The Kamelet's parameters are properties of the exchange.
     *
     * @throws InvalidRequest if the body is none
     */
    ApiRequest ask(Exchange exchange, Instant received) throws InvalidRequest;

    /**
     * What the flow goes on with.
     *
     * @param answer in OpenAI's shape
     */
    String read(Exchange exchange, byte[] answer);

    /** The whole body; empty where there is none. */
    static String body(Exchange exchange) {
        return Objects.requireNonNullElse(exchange.getMessage().getBody(String.class), "");
    }

    /**
     * What the Kamelet's user has set, or a flow of its own in the exchange property {@code loomAsk<name>}; null where
     * nobody has. A flow may also ask for the model in {@code loomModel}, as every request does.
     */
    static @Nullable String parameter(Exchange exchange, String name) {
        String asked = exchange.getProperty(PREFIX + name, String.class);
        return asked == null && name.equals("Model") ? exchange.getProperty(Facts.MODEL, String.class) : asked;
    }

    /** {@code output}: true for all of the answer's JSON instead of what it says. */
    static boolean wantsJson(Exchange exchange) {
        return "json".equals(parameter(exchange, "Output"));
    }
}
