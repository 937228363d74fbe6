package dev.loom.gateway.camel.observe;

import dev.loom.gateway.camel.port.Reason;
import java.util.regex.Pattern;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.LoggerHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Notes which step of a user's own has failed, so that whoever logs it can name the step in the place of a stack trace. */
public final class FailedSteps implements InterceptStrategy {

    private static final String PROPERTY = "loomFailedStep";

    private static final String STOP = "loomStoppedBy";

    /** Ids of the gateway's own steps begin with it. */
    private static final String OURS = "loom-";

    /** Inside them it is the step that names the Kamelet which a user can correct. */
    private static final Pattern OUR_KAMELETS = Pattern.compile(
            "llm-(chat|embeddings|provider)-(action|sink)\\.kamelet\\.yaml|llm-(gateway|simulator)-source\\.kamelet\\.yaml");

    private record Failed(Throwable cause, String step) {}

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor next) {
        return isOurs(definition) ? Unwrapped.step(target) : new Noting(target, described(definition));
    }

    /** The steps of the template of providers have ids without a beginning. */
    private static boolean isOurs(NamedNode definition) {
        String id = String.valueOf(definition.getId());
        String route = String.valueOf(CamelContextHelper.getRouteId(definition));
        return id.startsWith(OURS)
                || OUR_KAMELETS.matcher(place(definition)).find()
                || (route.startsWith(OURS + "provider-")
                        && definition instanceof OptionalIdentifiedDefinition<?> step
                        && step.hasCustomIdAssigned());
    }

    /** File and line; empty where nobody knows them. */
    private static String place(NamedNode definition) {
        String place = LoggerHelper.getLineNumberLoggerName(definition);
        return place == null ? "" : place;
    }

    private static String described(NamedNode definition) {
        String place = place(definition);
        String route = CamelContextHelper.getRouteId(definition);
        return "the step '" + definition.getId() + "' (" + definition.getShortName() + ")"
                + (place.isEmpty() ? "" : " in " + place)
                + (route == null ? "" : " of the route '" + route + "'");
    }

    /**
     * Logs in one line that a step of a user's own has failed, with the stack trace at DEBUG; a failure of the gateway's own
     * with its stack trace.
     *
     * @param what has become of it
     */
    public static void log(Logger log, String what, Exchange exchange, Throwable cause) {
        String step = stepOf(exchange, cause);
        if (step == null) {
            log.error(what, cause);
        } else {
            log.error("{}: {}: {}; correct the step and save its file", what, step, Reason.of(cause));
            log.debug(what, cause);
        }
    }

    private static @Nullable String stepOf(Exchange exchange, Throwable cause) {
        return exchange.getProperty(PROPERTY) instanceof Failed failed && failed.cause == cause ? failed.step : null;
    }

    /** The step by which a user has stopped the route, described; null where none has. */
    public static @Nullable String stopOf(Exchange exchange) {
        return exchange.getProperty(STOP, String.class);
    }

    private static final class Noting extends DelegateAsyncProcessor {

        private final String step;

        Noting(Processor target, String step) {
            super(target);
            this.step = step;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return super.process(exchange, doneSync -> {
                note(exchange);
                callback.done(doneSync);
            });
        }

        /** The innermost step notes itself first. */
        private void note(Exchange exchange) {
            if (exchange.isRouteStop() && exchange.getProperty(STOP) == null) {
                exchange.setProperty(STOP, step);
            }
            Throwable cause = exchange.getException();
            if (cause != null && stepOf(exchange, cause) == null) {
                exchange.setProperty(PROPERTY, new Failed(cause, step));
            }
        }
    }
}
