package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientConnection;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.InvalidRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * {@code loomAcceptChat}, {@code loomAcceptEmbeddings}: from the client's bytes to a {@link Call}, or to an error that
 * names the field.
 */
public final class AcceptRequest implements Processor {

    /** What a client may send. */
    @FunctionalInterface
    public interface Reader {
        ApiRequest read(byte[] body, Instant received) throws InvalidRequest;
    }

    /** Characters. Far more than any model's name has; the name stands in headers, logs and errors. */
    private static final int LONGEST_MODEL = 256;

    private final Reader reader;
    private final Calls calls;

    public AcceptRequest(Reader reader, Calls calls) {
        this.reader = reader;
        this.calls = calls;
    }

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        HttpMessage message = exchange.getMessage(HttpMessage.class);
        ClientConnection client = new ClientConnection(message.getResponse());
        Call call = calls.open(exchange, message.getRequest(), client);
        JsonBody.require(message.getRequest());
        call.request(read(reader, body(message), call.gateway().time().instant()));
        requireStreamable(call.request(), message.getRequest());
        admit(call, message.getRequest());
        boolean wantsTrail = "true".equalsIgnoreCase(message.getRequest().getHeader("x-loom-explain"));
        call.showTrail(wantsTrail && call.gateway().config().server().explainHeader());
        message.removeHeaders("*");
        message.setBody(null);
    }

    /** @throws RequestEnded with what is wrong with the body */
    public static ApiRequest read(Reader reader, byte[] body, Instant received) throws RequestEnded {
        try {
            ApiRequest request = reader.read(body, received);
            if (request.model().length() > LONGEST_MODEL) {
                throw RequestEnded.with(
                        400,
                        ApiError.invalidRequest(
                                "'model' must not be longer than " + LONGEST_MODEL + " characters.", "model", null));
            }
            return request;
        } catch (InvalidRequest e) {
            throw RequestEnded.with(400, e.error());
        }
    }

    /** Tells the client before a provider is called: without chunks, as HTTP/1.0 is, no stream can be written. */
    private static void requireStreamable(ApiRequest request, HttpServerRequest http) throws RequestEnded {
        if (request.stream() && http.version() == HttpVersion.HTTP_1_0) {
            throw RequestEnded.with(
                    400,
                    ApiError.invalidRequest(
                            "A stream needs HTTP/1.1; a proxy in between may have to be told so.",
                            "stream",
                            "http_version_not_supported"));
        }
    }

    public static byte[] body(HttpMessage message) {
        return message.getBody() instanceof Buffer buffer ? buffer.getBytes() : new byte[0];
    }

    private static void admit(Call call, HttpServerRequest request) throws RequestEnded {
        Optional<ClientKeys.Client> found =
                call.gateway().keys().find(request.getHeader("Authorization"), request.getHeader("x-api-key"));
        if (found.isEmpty()) {
            return;
        }
        ClientKeys.Client client = found.get();
        String model = call.request().model();
        if (!client.mayUse(model)) {
            throw RequestEnded.with(
                    403,
                    ApiError.invalidRequest(
                            "This API key may not use the model '" + model + "'.", "model", "model_not_allowed"));
        }
        ClientLimits.take(call, client);
    }
}
