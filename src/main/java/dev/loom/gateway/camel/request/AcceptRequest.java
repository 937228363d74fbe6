package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Wrapped;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.InvalidRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

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
        Passage passage = Passage.of(exchange);
        HttpServerRequest http = passage.request();
        Call call = calls.open(exchange, passage);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        JsonBody.require(http);
        ApiRequest request = read(reader, body(exchange), call.gateway().time().instant());
        call.request(request);
        requireStreamable(request, http);
        admit(call, http);
        boolean wantsTrail = "true".equalsIgnoreCase(http.getHeader("x-loom-explain"));
        call.showTrail(wantsTrail && call.gateway().config().server().explainHeader());
        ClientHeaders.show(http, message);
        Calls.accept(exchange, call, request);
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

    /** The client's bytes, or what a step before this one has made of them. */
    public static byte[] body(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        byte[] bytes = body instanceof Buffer buffer ? Wrapped.bytes(buffer) : Bodies.bytes(exchange, body);
        return bytes == null ? new byte[0] : bytes;
    }

    private static void admit(Call call, HttpServerRequest request) throws RequestEnded {
        Optional<ClientKeys.Client> found =
                call.gateway().keys().find(request.getHeader("Authorization"), request.getHeader("x-api-key"));
        if (found.isEmpty()) {
            return;
        }
        ClientKeys.Client client = found.get();
        call.clientName(client.key().name());
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
