package dev.loom.gateway.camel.observe;

import dev.loom.gateway.camel.port.NoHeaders;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.LoggingLevel;
import org.apache.camel.Route;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.model.errorhandler.ErrorHandlerHelper;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.model.errorhandler.RefErrorHandlerDefinition;
import org.apache.camel.processor.errorhandler.DefaultErrorHandler;
import org.apache.camel.spi.CamelLogger;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What fails in a hook, or on an HTTP path of the gateway, comes to the gateway, which logs it in one line. Camel's own error
 * handler, which such a route has unless it names another one, would log it, too, with a page of stack trace. So a hook has
 * none, as those that are shipped, and where one is needed for an {@code onException}, it logs at DEBUG.
 */
public final class ToldOnce extends LifecycleStrategySupport {

    /** Addresses that the gateway calls. */
    private static final String OURS = "direct://loom-";

    private static final CamelLogger AT_DEBUG =
            new CamelLogger(LoggerFactory.getLogger(DefaultErrorHandler.class), LoggingLevel.DEBUG) {

                @Override
                public void log(String message, LoggingLevel wanted) {
                    log(message);
                }

                @Override
                public void log(String message, Throwable thrown, LoggingLevel wanted) {
                    log(message, thrown);
                }
            };

    /** Before its steps are made, each of which gets an error handler. */
    @Override
    public void onRouteContextCreate(Route route) {
        String uri = route.getEndpoint().getEndpointUri();
        DefaultErrorHandlerDefinition camels = isTold(uri) ? unlessChosen(route) : null;
        if (camels == null) {
            return;
        }
        if (uri.startsWith(OURS) && !isNeeded(route, camels)) {
            route.setErrorHandlerFactory(new NoErrorHandlerDefinition());
        } else {
            camels.setLoggerBean(AT_DEBUG);
            route.setErrorHandlerFactory(camels);
        }
    }

    /** Whether it is there for more than to log. */
    private static boolean isNeeded(Route route, DefaultErrorHandlerDefinition camels) {
        return camels.hasRedeliveryPolicy()
                || camels.getRedeliveryPolicyRef() != null
                || !(route.getRoute() instanceof RouteDefinition definition)
                || definition.getErrorHandler() != null
                || definition.getOutputs().stream().anyMatch(OnExceptionDefinition.class::isInstance);
    }

    private static boolean isTold(String uri) {
        return uri.startsWith(OURS) || uri.contains(NoHeaders.BEAN);
    }

    /** Camel's default, as it is configured; null where somebody has chosen another handler, or what is logged. */
    private static @Nullable DefaultErrorHandlerDefinition unlessChosen(Route route) {
        ErrorHandlerFactory written = route.getErrorHandlerFactory();
        if (written instanceof RefErrorHandlerDefinition named) {
            boolean isDefault = !ErrorHandlerHelper.isErrorHandlerFactoryConfigured(named.getRef())
                    && route.getCamelContext().getCamelContextExtension().getErrorHandlerFactory() == null;
            return isDefault ? new DefaultErrorHandlerDefinition() : null;
        }
        return written.getClass().equals(DefaultErrorHandlerDefinition.class)
                        && written instanceof DefaultErrorHandlerDefinition handler
                        && handler.getLoggerBean() == null
                        && handler.getLoggerRef() == null
                        && handler.getLevel() == null
                // Routes may share it.
                ? handler.copyDefinition()
                : null;
    }
}
