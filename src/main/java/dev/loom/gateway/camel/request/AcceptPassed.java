package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.camel.port.FileContent;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.client.passed.Passed;
import dev.loom.gateway.client.passed.PassedOn;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Content;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.JsonContent;
import dev.loom.gateway.provider.PassedRequest;
import io.vertx.core.http.HttpServerRequest;
import java.io.File;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * {@code loomAcceptPassed}: a request of which nothing is read but the model, and which provider holds what it is about.
 */
public final class AcceptPassed implements Processor {

    /** Of a path that is the same however it is read. */
    private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+");

    /** Whose bodies are JSON and nothing else. */
    private static final Set<String> JSON =
            Set.of("moderations", "rerank", "responses", "batches", "fine_tuning", "vector_stores");

    private static final String VERSION = "/v1";

    private final Calls calls;
    private final Passed passed;

    public AcceptPassed(Calls calls, Passed passed) {
        this.calls = calls;
        this.passed = passed;
    }

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        Passage passage = Passage.of(exchange);
        HttpServerRequest http = passage.request();
        String path = http.path().substring(VERSION.length());
        Call call = calls.open(exchange, passage, passed.named(path));
        ClientHeaders.enter(http, exchange.getMessage());
        requireOpen(path, call);
        if (!PLAIN.matcher(path).matches()) {
            throw RequestEnded.with(400, ApiError.invalidRequest("The path cannot be passed on.", null, null));
        }
        Optional<ClientKeys.Client> client = call.gateway().keys().find(http);
        client.ifPresent(known -> call.clientName(known.key().name()));
        PassedRequest request = request(http, path, content(exchange, path, http));
        AcceptRequest.checkModel(request);
        call.asked(on(request, call, http, client));
        call.charge(Charge.of(call.gateway().accounting(), new ClientAsker(http, request, call.clientName())));
        if (client.isPresent()) {
            admit(call, client.get(), http);
        }
        ClientHeaders.show(http, exchange.getMessage());
        Calls.accepted(exchange, call);
    }

    /** Responses have a route of their own, so that they need not be opened. */
    private static void requireOpen(String path, Call call) throws RequestEnded {
        String first = path.substring(1).split("/", 2)[0];
        List<String> open = call.gateway().config().server().passThrough();
        if (!first.equals("responses") && !open.contains(first)) {
            throw RequestEnded.with(
                    404,
                    ApiError.invalidRequest(
                            "/v1" + path
                                    + " is not served here. It passes to a provider where server.pass_through has '"
                                    + first + "'.",
                            null,
                            "unknown_url"));
        }
    }

    /** All that can be read in one way only, so that nobody behind the gateway finds another model or another id in it. */
    private static Content content(Exchange exchange, String path, HttpServerRequest http) throws RequestEnded {
        try {
            if (exchange.getMessage().getBody() instanceof File file) {
                if (JSON.contains(path.substring(1).split("/", 2)[0])) {
                    JsonBody.require(http);
                }
                FileContent content = FileContent.of(file.toPath(), http.getHeader("Content-Type"));
                if (content.looksLikeJson()) {
                    JsonBody.require(http);
                }
                return content;
            }
            byte[] body = AcceptRequest.body(exchange);
            if (body.length > 0) {
                JsonBody.require(http);
                Value.body(body, Value.Notation.BRACKETS);
            }
            return new JsonContent(body);
        } catch (InvalidRequest e) {
            throw RequestEnded.with(400, e.error());
        }
    }

    private static void admit(Call call, ClientKeys.Client client, HttpServerRequest http) throws RequestEnded {
        if (!client.key().models().isEmpty()) {
            PassedModels.check(client, call.request(), (PassedOn) call.asked(), http);
        }
        ClientLimits.take(call, client);
    }

    private PassedRequest request(HttpServerRequest http, String path, Content content) {
        String query = http.query() == null ? "" : "?" + http.query();
        String method =
                http.method().name().equals("HEAD") ? "GET" : http.method().name();
        String surface = path.substring(1).split("/", 2)[0];
        return new PassedRequest(surface, method, path + query, http::getHeader, content, content.model());
    }

    private PassedOn on(PassedRequest request, Call call, HttpServerRequest http, Optional<ClientKeys.Client> client)
            throws RequestEnded {
        String pinned = http.getHeader("x-loom-provider");
        if (pinned != null && !call.gateway().traffic().containsKey(pinned)) {
            throw RequestEnded.with(
                    400,
                    ApiError.invalidRequest(
                            "There is no provider of this name.", "x-loom-provider", "no_such_provider"));
        }
        try {
            boolean knownOnly = Received.refusesUnknownIds(call.gateway(), client.orElse(null));
            Passed.Caller caller = new Passed.Caller(call.clientName(), pinned, knownOnly);
            PassedOn on = passed.on(request, caller, call.gateway().time().instant());
            if (on == null) {
                throw notFound(request.path());
            }
            return on;
        } catch (InvalidRequest e) {
            throw RequestEnded.with(400, e.error());
        }
    }

    private static RequestEnded notFound(String path) {
        return RequestEnded.with(
                404,
                ApiError.invalidRequest("Nothing of this name is known here: /v1" + path + ".", null, "not_found"));
    }
}
