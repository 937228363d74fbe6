package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.observe.FailedSteps;
import dev.loom.gateway.camel.observe.RouteSteps;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.provider.ApiError;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors for what a step of a route did wrong, in words for whoever has put it there. All are a 500. */
public final class StepError {

    private static final Logger LOG = LoggerFactory.getLogger(StepError.class);

    /** Those whose steps see a request or an answer on its way. */
    private static final List<String> HOOKS = List.of("loom-on-request", "loom-on-answer");

    /** How the ids of the routes begin by which providers are called. */
    private static final String PROVIDER = "loom-provider-";

    private StepError() {}

    /** A body that is to be the request or the answer, and is no JSON. */
    public static RequestEnded noJson(Exchange exchange, @Nullable Object left, String what) {
        return ended(
                exchange,
                "A step has left "
                        + (left == null
                                ? "no body"
                                : "a body of type " + left.getClass().getName() + " that is not a JSON object")
                        + ", but " + what
                        + " must be there" + steps(exchange)
                        + ". To keep another value, receive it into a variable, for instance with variableReceive.");
    }

    /** JSON that is to be the request, and cannot be served. */
    static RequestEnded noRequest(Exchange exchange, String why) {
        return ended(exchange, "A step has left a body that is not a valid request: " + why + steps(exchange) + ".");
    }

    static RequestEnded noStatus(Exchange exchange, Object code) {
        return ended(
                exchange,
                "A step has set CamelHttpResponseCode to '" + Printable.of(String.valueOf(code))
                        + "', which is not an HTTP status from 200 to 599" + steps(exchange) + ".");
    }

    /** Two copies of one exchange cannot both be answered, and nobody waits for the copy of a {@code wireTap}. */
    static RequestEnded copied(Exchange exchange) {
        return ended(
                exchange,
                "A step has sent a copy of the request to direct:loom-dispatch, as a wireTap or a parallel multicast"
                        + " does; only the request itself can go there" + steps(exchange)
                        + ". A step that asks a model on its own, such as kamelet:llm-chat-action, can be given a"
                        + " copy.");
    }

    /** The headers in which the provider's address and key stand were there after {@code loomEncode}. */
    public static RequestEnded noAddress(Exchange exchange) {
        return ended(
                exchange,
                "A step behind loomEncode has removed the provider's headers, as removeHeaders with the pattern '*'"
                        + " does; remove only headers of your own.");
    }

    /** @param what the step has done */
    public static RequestEnded noAnswer(Exchange exchange, String what) {
        return ended(
                exchange,
                "A step between http and relay " + what + ", but the provider's answer must be there" + steps(exchange)
                        + ".");
    }

    static RequestEnded unanswered(Exchange exchange) {
        String stop = FailedSteps.stopOf(exchange);
        return ended(
                exchange,
                "The route '" + exchange.getFromRouteId() + "' has ended without an answer: "
                        + (stop == null
                                ? "no step has called direct:loom-dispatch, and none has set a body and"
                                        + " CamelHttpResponseCode" + steps(exchange)
                                : stop + " has stopped it, and no step has set a body and CamelHttpResponseCode")
                        + ".");
    }

    private static RequestEnded ended(Exchange exchange, String what) {
        Call call = Call.find(exchange);
        Passage passage = Passage.find(exchange);
        String id = call != null ? call.id() : passage != null ? passage.id() : exchange.getExchangeId();
        LOG.error("{}", what);
        return RequestEnded.with(500, ApiError.server(what + " The request id is " + id + ".", "bad_step"));
    }

    /**
     * Camel does not keep who did what to a message; the reader of this knows which of the steps are new. A hook whose steps are
     * all disabled did nothing.
     */
    private static String steps(Exchange exchange) {
        Model model = exchange.getContext().getCamelContextExtension().getContextPlugin(Model.class);
        return Stream.of(Stream.of(exchange.getFromRouteId()), providers(exchange), HOOKS.stream())
                .flatMap(ids -> ids)
                .map(model::getRouteDefinition)
                .filter(Objects::nonNull)
                .filter(route -> !RouteSteps.hasNone(route))
                .map(StepError::steps)
                .collect(Collectors.joining("; ", " (steps of route ", ")"));
    }

    /** That of the provider which is called now; its steps stand within others. */
    private static Stream<String> providers(Exchange exchange) {
        String id = ExchangeHelper.getRouteId(exchange);
        return id != null && id.startsWith(PROVIDER) ? Stream.of(id) : Stream.of();
    }

    private static Stream<ProcessorDefinition<?>> outputs(RouteDefinition route) {
        if (!String.valueOf(route.getRouteId()).startsWith(PROVIDER)) {
            return route.getOutputs().stream();
        }
        Stream.Builder<ProcessorDefinition<?>> innermost = Stream.builder();
        for (ProcessorDefinition<?> step :
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)) {
            if (step.getOutputs().isEmpty()) {
                innermost.add(step);
            }
        }
        return innermost.build();
    }

    private static String steps(RouteDefinition route) {
        return outputs(route)
                .filter(RouteSteps::isOne)
                .map(step -> step.getId() == null ? step.getShortName() : step.getId())
                .collect(Collectors.joining(", ", "'" + route.getRouteId() + "': ", ""));
    }
}
