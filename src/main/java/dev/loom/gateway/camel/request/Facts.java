package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What steps of a route may know of a request, as exchange properties; {@code docs/routes.md} has the table. They are
 * copies: the gateway reads none of them again, but for {@link #MODEL} and {@link #ACCOUNT}, before the plan is made.
 */
public final class Facts {

    /** The value of {@code x-request-id}. */
    public static final String REQUEST_ID = "loomRequestId";

    /** The language of the client: {@code chat}, {@code embeddings}, {@code messages}, {@code responses} and so on. */
    public static final String SURFACE = "loomSurface";

    /** The name of the client's key; none where no key is asked for. */
    public static final String CLIENT = "loomClient";

    /**
     * The account that pays; none where {@code token_accounting} is off. Another name, set before the plan is made, makes
     * that account pay instead.
     */
    public static final String ACCOUNT = "loomAccount";

    /** As the client asked. Another name, set before the plan is made, asks for that model instead. */
    public static final String MODEL = "loomModel";

    public static final String STREAM = "loomStream";

    /** Tokens of the prompt: by its length, and from the answer on as the provider counts them. */
    public static final String INPUT_TOKENS = "loomInputTokens";

    /** The provider that is called now, or that has answered. */
    public static final String PROVIDER = "loomProvider";

    /** The model's name as it was sent to the provider. */
    public static final String PROVIDER_MODEL = "loomProviderModel";

    /** Calls of providers. */
    public static final String ATTEMPTS = "loomAttempts";

    /** The HTTP status of the answer. */
    public static final String STATUS = "loomStatus";

    public static final String OUTPUT_TOKENS = "loomOutputTokens";

    /** The part of the prompt's tokens that the provider had in its cache. */
    public static final String CACHED_TOKENS = "loomCachedTokens";

    /** US dollars; none where no price is configured. */
    public static final String COST_USD = "loomCostUsd";

    public static final List<String> ALL = List.of(
            REQUEST_ID,
            SURFACE,
            CLIENT,
            ACCOUNT,
            MODEL,
            STREAM,
            INPUT_TOKENS,
            PROVIDER,
            PROVIDER_MODEL,
            ATTEMPTS,
            STATUS,
            OUTPUT_TOKENS,
            CACHED_TOKENS,
            COST_USD);

    private Facts() {}

    /** Once the request is read, and again where a step has changed it. */
    static void ofRequest(Exchange exchange, Call call) {
        ApiRequest request = call.request();
        exchange.setProperty(REQUEST_ID, call.id());
        set(exchange, SURFACE, call.surfaceName());
        set(exchange, CLIENT, call.clientName());
        set(exchange, ACCOUNT, call.account());
        exchange.setProperty(MODEL, request.model());
        exchange.setProperty(STREAM, request.stream());
        exchange.setProperty(INPUT_TOKENS, (long) request.promptBytes() / Usage.BYTES_PER_TOKEN);
    }

    /** Once there is an answer. */
    static void ofAnswer(Exchange exchange, Call call) {
        Attempt attempt = call.attempt();
        exchange.setProperty(PROVIDER, attempt.candidate().provider());
        exchange.setProperty(PROVIDER_MODEL, Printable.of(attempt.candidate().model()));
        exchange.setProperty(ATTEMPTS, call.attempts());
        exchange.setProperty(STATUS, call.client().status());
        Usage usage = attempt.usage();
        if (usage != null) {
            exchange.setProperty(INPUT_TOKENS, usage.input());
            exchange.setProperty(OUTPUT_TOKENS, usage.output());
            exchange.setProperty(CACHED_TOKENS, usage.cached());
            set(exchange, COST_USD, attempt.costUsd());
        }
    }

    private static void set(Exchange exchange, String name, @Nullable Object value) {
        if (value != null) {
            exchange.setProperty(name, value);
        }
    }
}
