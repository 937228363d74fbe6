package dev.loom.gateway.camel.observe;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.PassedRequest;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one request, by OpenTelemetry's conventions for generative AI: one for the request, and below it one for
 * each attempt at a provider. Names, counts and outcomes only; never a prompt, an answer, a key or an error's text. Used
 * by the request's own thread.
 */
public final class RequestTrace {

    private static final AttributeKey<String> ACCOUNT = AttributeKey.stringKey("loom.account");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("gen_ai.operation.name");
    private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("gen_ai.provider.name");
    private static final AttributeKey<String> REQUEST_MODEL = AttributeKey.stringKey("gen_ai.request.model");
    private static final AttributeKey<Long> INPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.input_tokens");
    private static final AttributeKey<Long> OUTPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.output_tokens");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> CONFIGURED_PROVIDER = AttributeKey.stringKey("loom.provider");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("loom.request.id");
    private static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("loom.attempts");

    /** The well-known names; of other types the type itself. */
    private static final Map<String, String> PROVIDERS = Map.of(
            "azure", "azure.ai.openai",
            "gemini", "gcp.gemini",
            "vertex", "gcp.vertex_ai");

    private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

    private final Tracer tracer;
    private final Span request;
    private final Context context;
    private @Nullable Span attempt;
    private @Nullable Attempt tried;
    private AnswerFacts answer = new AnswerFacts();

    /** Continues the client's trace, or Camel's own where its tracer is on: both stand in the same header. */
    public RequestTrace(Tracer tracer, Exchange exchange) {
        this.tracer = tracer;
        Message message = exchange.getMessage();
        Context parent = W3C.extract(Context.root(), message, HEADERS);
        if (message instanceof HttpMessage http) {
            String path = http.getRequest().path();
            request = tracer.spanBuilder("POST " + path)
                    .setParent(parent)
                    .setSpanKind(SpanKind.SERVER)
                    .setAttribute(METHOD, "POST")
                    .setAttribute(ROUTE, path)
                    .startSpan();
        } else {
            request = tracer.spanBuilder("loom-ask").setParent(parent).startSpan();
        }
        context = parent.with(request);
    }

    /** @return the same request, by which the provider can continue the trace */
    public UpstreamRequest beginAttempt(ApiRequest asked, Attempt begun, UpstreamRequest upstream) {
        Target target = begun.candidate().target();
        String type = target.provider().type();
        URI url = URI.create(upstream.url());
        Span span = tracer.spanBuilder(operation(asked) + " " + target.model())
                .setParent(context)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(OPERATION, operation(asked))
                .setAttribute(PROVIDER, PROVIDERS.getOrDefault(type, type))
                .setAttribute(REQUEST_MODEL, target.model())
                .setAttribute(CONFIGURED_PROVIDER, target.provider().name())
                .setAttribute(SERVER_ADDRESS, url.getHost())
                .setAttribute(SERVER_PORT, port(url))
                .startSpan();
        attempt = span;
        tried = begun;
        answer = new AnswerFacts();
        return traced(upstream, context.with(span));
    }

    private static UpstreamRequest traced(UpstreamRequest upstream, Context context) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(upstream.headers());
        W3C.inject(context, headers, (map, name, value) -> {
            if (map != null) {
                map.put(name, value);
            }
        });
        return new UpstreamRequest(upstream.method(), upstream.url(), headers, upstream.body(), upstream.more());
    }

    /** What the client is sent while an attempt is under way. */
    public void sent(byte[] json) {
        if (attempt != null) {
            answer.look(json);
        }
    }

    /** Ends the span of the attempt that was the last, if it has not ended yet. */
    public void endAttempt() {
        Span span = attempt;
        Attempt ended = tried;
        if (span == null || ended == null) {
            return;
        }
        attempt = null;
        Usage usage = ended.usage();
        if (usage != null) {
            span.setAttribute(INPUT_TOKENS, usage.input()).setAttribute(OUTPUT_TOKENS, usage.output());
        }
        answer.addTo(span);
        if (ended.outcome() != Outcome.SUCCESS) {
            fail(span, ended.outcome() == null ? "gateway" : ended.outcome().label());
        }
        span.end();
    }

    /**
     * The client has its answer, or has left.
     *
     * @param read what was asked; null where it could not be read
     */
    public void end(FinishedRequest finished, @Nullable ApiRequest read) {
        endAttempt();
        if (read != null) {
            request.setAttribute(OPERATION, operation(read)).setAttribute(REQUEST_MODEL, read.model());
        }
        request.setAttribute(REQUEST_ID, finished.id()).setAttribute(ATTEMPTS, (long) finished.attempts());
        if (finished.account() != null) {
            request.setAttribute(ACCOUNT, finished.account());
        }
        Integer status = finished.status();
        if (status == null) {
            fail(request, Outcome.HANG_UP.label());
        } else {
            request.setAttribute(STATUS, (long) status);
            if (status >= 500) {
                fail(request, Integer.toString(status));
            }
        }
        request.end();
    }

    /** Without a description: an error's text is the provider's, who may quote the prompt. */
    private static void fail(Span span, String type) {
        span.setAttribute(ERROR_TYPE, type).setStatus(StatusCode.ERROR);
    }

    private static String operation(ApiRequest request) {
        return request instanceof PassedRequest
                ? request.surface()
                : request instanceof ChatRequest ? "chat" : "embeddings";
    }

    private static long port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : "http".equals(url.getScheme()) ? 80 : 443;
    }

    private static final TextMapGetter<Message> HEADERS =
            (carrier, name) -> carrier != null && carrier.getHeader(name) instanceof String value ? value : null;
}
