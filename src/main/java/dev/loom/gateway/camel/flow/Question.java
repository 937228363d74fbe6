package dev.loom.gateway.camel.flow;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.InvalidRequest;
import java.time.Instant;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** What a step of a flow wants of a model: how its message becomes a request, and the answer its body. */
interface Question {

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

    /** What the Kamelet's user has set; null where the Kamelet has no such parameter. */
    static @Nullable String parameter(Exchange exchange, String name) {
        return exchange.getProperty(name, String.class);
    }

    /** {@code output}: true for all of the answer's JSON instead of what it says. */
    static boolean wantsJson(Exchange exchange) {
        return "json".equals(parameter(exchange, "loomOutput"));
    }
}
