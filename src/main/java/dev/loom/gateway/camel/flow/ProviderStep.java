package dev.loom.gateway.camel.flow;

import dev.loom.gateway.camel.ChatFailed;
import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.camel.upstream.AttemptBroken;
import dev.loom.gateway.camel.upstream.Encode;
import dev.loom.gateway.config.ProviderSettings;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.traffic.TimeSource;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The bean of the Kamelets {@code llm-provider-action} and {@code llm-provider-sink}: asks one provider, which its
 * properties describe. They are set before {@link #start}; what they mean stands in {@code docs/kamelets.md}.
 */
public final class ProviderStep implements HttpClientConfigurer, CamelContextAware {

    private static final String CALL = "loomProviderCall";

    /** One question under way. */
    private record Asked(ApiRequest request, UpstreamCall call) {}

    private final ProviderSettings settings = new ProviderSettings("llm-provider");
    private final Question question = new ChatQuestion(false);
    private final TimeSource time = TimeSource.system();
    private @Nullable CamelContext camel;
    private @Nullable SingleProvider provider;

    @Override
    public void setCamelContext(CamelContext context) {
        camel = context;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camel;
    }

    public void setType(String type) {
        settings.set("type", type);
    }

    public void setApiKey(String apiKey) {
        settings.set("api_key", apiKey);
    }

    public void setBaseUrl(String baseUrl) {
        settings.set("base_url", baseUrl);
    }

    public void setApiVersion(String apiVersion) {
        settings.set("api_version", apiVersion);
    }

    public void setProjectId(String projectId) {
        settings.set("project_id", projectId);
    }

    public void setRegion(String region) {
        settings.set("location", region);
    }

    public void setCredentialsFile(String credentialsFile) {
        settings.set("credentials_file", credentialsFile);
    }

    /** @param responseTimeout until the answer, such as {@code 30s} */
    public void setResponseTimeout(String responseTimeout) {
        settings.set("timeouts.response", responseTimeout);
    }

    /**
     * Checks the properties and gets ready.
     *
     * @throws IllegalArgumentException if a property is missing or wrong
     */
    public void start() {
        provider = new SingleProvider(ProviderProblems.read(settings), time);
    }

    private SingleProvider provider() {
        return Objects.requireNonNull(provider, "start() has not been called");
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        provider().configure(builder, FlowTimer.of(Objects.requireNonNull(camel, "Not in a Camel context")));
    }

    /** The flow's message becomes the provider's request. Nothing of the message's own headers goes along. */
    public void ask(Exchange exchange) throws ChatFailed {
        FlowMessage.keep(exchange);
        ApiRequest request = request(exchange);
        UpstreamCall call = new UpstreamCall(
                FlowTimer.of(exchange.getContext()),
                time,
                provider().config().timeouts().total());
        Encode.write(exchange.getMessage(), provider().encode(request), call);
        exchange.setProperty(CALL, new Asked(request, call));
        call.timeoutAfter(provider().config().timeouts().response());
    }

    private ApiRequest request(Exchange exchange) throws ChatFailed {
        try {
            return question.ask(exchange, time.instant());
        } catch (InvalidRequest e) {
            throw new ChatFailed(400, e.error().message());
        }
    }

    /** The provider's answer becomes the flow's message. */
    public void answer(Exchange exchange) throws Exception {
        Asked asked = (Asked) exchange.getProperty(CALL);
        Completion completion = provider().decode(asked.request(), asked.call(), exchange.getMessage());
        exchange.removeProperty(CALL);
        FlowMessage.answer(exchange, question.read(exchange, completion.body()), Question.wantsJson(exchange));
    }

    /** The flow gets its own message back, and an exception that says what is wrong but quotes no secret. */
    public void failed(Exchange exchange) throws ChatFailed {
        Exception cause = (Exception) exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
        boolean late = exchange.removeProperty(CALL) instanceof Asked asked && hasTimedOut(asked.call());
        FlowMessage.restore(exchange);
        if (cause instanceof ChatFailed known) {
            throw known;
        }
        throw late
                ? new ChatFailed(504, AttemptBroken.late(cause).error().message())
                : ChatFailed.of(AttemptBroken.failure(cause));
    }

    private static boolean hasTimedOut(UpstreamCall call) {
        call.finish();
        return call.cancelled() == UpstreamCall.Reason.TIMEOUT;
    }
}
