package dev.loom.gateway.camel;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.InvalidRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * {@code loomAcceptChat}, {@code loomAcceptEmbeddings}: from the client's bytes to a {@link Call}, or to an error that
 * names the field.
 */
final class AcceptRequest implements Processor {

    /** What a client may send. */
    @FunctionalInterface
    interface Reader {
        ApiRequest read(byte[] body, Instant received) throws InvalidRequest;
    }

    private final Reader reader;
    private final Supplier<Gateway> gateway;
    private final InFlight inFlight;
    private final RequestLog log;

    AcceptRequest(Reader reader, Supplier<Gateway> gateway, InFlight inFlight, RequestLog log) {
        this.reader = reader;
        this.gateway = gateway;
        this.inFlight = inFlight;
        this.log = log;
    }

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        HttpMessage message = exchange.getMessage(HttpMessage.class);
        Call call = open(exchange, message);
        try {
            call.request(reader.read(body(message), call.gateway().time().instant()));
        } catch (InvalidRequest e) {
            throw RequestEnded.with(400, e.error());
        }
        admit(call, message.getRequest());
        message.removeHeaders("*");
        message.setBody(null);
    }

    private Call open(Exchange exchange, HttpMessage message) throws RequestEnded {
        ClientConnection client = new ClientConnection(message.getResponse());
        Call call = new Call(RequestIds.of(message.getRequest()), client, gateway.get());
        exchange.setProperty(Call.PROPERTY, call);
        client.onHangUp(call::hangUp);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                close(call);
            }
        });
        inFlight.add(call);
        return call;
    }

    private void close(Call call) {
        inFlight.remove(call);
        if (call.planIfMade() != null) {
            call.plan().close();
        }
        log.write(call);
    }

    private static byte[] body(HttpMessage message) {
        return message.getBody() instanceof Buffer buffer ? buffer.getBytes() : new byte[0];
    }

    private static void admit(Call call, HttpServerRequest request) throws RequestEnded {
        Optional<ClientKeys.Client> client =
                call.gateway().keys().find(request.getHeader("Authorization"), request.getHeader("x-api-key"));
        String model = call.request().model();
        if (client.isPresent() && !client.get().mayUse(model)) {
            throw RequestEnded.with(
                    403,
                    ApiError.invalidRequest(
                            "This API key may not use the model '" + model + "'.", "model", "model_not_allowed"));
        }
    }
}
