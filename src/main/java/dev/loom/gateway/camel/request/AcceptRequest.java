package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Turns;
import dev.loom.gateway.camel.port.Wrapped;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.NamedModels;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Utf8;
import dev.loom.gateway.provider.Verbatim;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Arrays;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * {@code loomAcceptChat}, {@code loomAcceptMessages} and so on, one for each surface: from the client's bytes to a
 * {@link Call}, or to an error that names the field.
 */
public final class AcceptRequest implements Processor {

    /** Characters. Far more than any model's name has; the name stands in headers, logs and errors. */
    private static final int LONGEST_MODEL = 256;

    /** The language whose paths name the model. */
    private static final String GEMINI = "gemini";

    /** Before the name of a model in Gemini's bodies. */
    private static final String GEMINIS = "models/";

    /** U+FEFF in UTF-8. */
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Surface surface;
    private final Calls calls;

    public AcceptRequest(Surface surface, Calls calls) {
        this.surface = surface;
        this.calls = calls;
    }

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        Passage passage = Passage.of(exchange);
        HttpServerRequest http = passage.request();
        Call call = calls.open(exchange, passage, surface);
        Message message = exchange.getMessage();
        ClientHeaders.enter(http, message);
        JsonBody.require(http);
        Optional<ClientKeys.Client> client = call.gateway().keys().find(http);
        client.ifPresent(known -> call.clientName(known.key().name()));
        byte[] body = body(exchange);
        call.asked(read(http, body, call, client));
        requireStreamable(call.request(), http);
        call.charge(Charge.of(call.gateway().accounting(), new ClientAsker(http, call.request(), call.clientName())));
        if (client.isPresent()) {
            admit(call, client.get(), body, surface.name().equals(GEMINI));
        }
        boolean wantsTrail = "true".equalsIgnoreCase(http.getHeader("x-loom-explain"));
        call.showTrail(wantsTrail && call.gateway().config().server().explainHeader());
        ClientHeaders.show(http, message);
        Calls.accepted(exchange, call);
    }

    private ClientRequest read(HttpServerRequest http, byte[] body, Call call, Optional<ClientKeys.Client> client)
            throws RequestEnded {
        Turns.Turn turn = call.turn(body.length);
        try {
            RawRequest raw = Received.of(http, body, call.gateway(), client.orElse(null), call.room());
            ClientRequest request = surface.read(raw);
            checkModel(request.hub());
            if (request.mayPass(raw)) {
                boolean stream = request.hub().stream();
                Verbatim asItCame = new Verbatim(surface.name(), surface.passedOn(body), stream, http::getHeader);
                call.passing().request(asItCame, request.hub());
            }
            return request;
        } catch (InvalidRequest e) {
            throw RequestEnded.with(e);
        } finally {
            turn.release();
        }
    }

    /** @throws RequestEnded if the model's name is too long */
    public static void checkModel(ApiRequest request) throws RequestEnded {
        if (request.model().length() > LONGEST_MODEL) {
            throw RequestEnded.with(
                    400,
                    ApiError.invalidRequest(
                            "'model' must not be longer than " + LONGEST_MODEL + " characters.", "model", null));
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

    /**
     * The client's bytes, or what a step before this one has made of them.
     *
     * @throws RequestEnded if they are not UTF-8
     */
    public static byte[] body(Exchange exchange) throws RequestEnded {
        Object body = exchange.getMessage().getBody();
        byte[] bytes = body instanceof Buffer buffer ? Wrapped.bytes(buffer) : Bodies.bytes(exchange, body);
        return bytes == null ? new byte[0] : withoutMark(utf8(bytes));
    }

    private static byte[] utf8(byte[] bytes) throws RequestEnded {
        try {
            Utf8.require(bytes);
            return bytes;
        } catch (InvalidRequest e) {
            throw RequestEnded.with(e.status(), e.error());
        }
    }

    /** Some editors and shells put a byte order mark before a text, which JSON does not allow. */
    private static byte[] withoutMark(byte[] bytes) {
        boolean marked = bytes.length >= MARK.length && Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length);
        return marked ? Arrays.copyOfRange(bytes, MARK.length, bytes.length) : bytes;
    }

    private static void admit(Call call, ClientKeys.Client client, byte[] body, boolean inPath) throws RequestEnded {
        checkAllowed(client, call.request().model());
        checkNamed(client, body, inPath);
        ClientLimits.take(call, client);
    }

    /**
     * Of a key for some models, whatever a provider might take for another model.
     *
     * @param body a JSON object that has been read before
     * @param inPath whether the path names the model, and one in the body is another one
     * @throws RequestEnded if the key is not for one of these
     */
    static void checkNamed(ClientKeys.Client client, byte[] body, boolean inPath) throws RequestEnded {
        if (!client.key().models().isEmpty()) {
            for (String model : NamedModels.in(body, inPath)) {
                checkAllowed(client, model.startsWith(GEMINIS) ? model.substring(GEMINIS.length()) : model);
            }
        }
    }

    /** @throws RequestEnded if the key is not for this model */
    static void checkAllowed(ClientKeys.Client client, String model) throws RequestEnded {
        if (!client.mayUse(model)) {
            throw RequestEnded.with(
                    403,
                    ApiError.invalidRequest(
                            "This API key may not use the model '" + model + "'.", "model", "model_not_allowed"));
        }
    }
}
