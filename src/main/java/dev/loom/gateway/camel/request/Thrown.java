package dev.loom.gateway.camel.request;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Tells the exceptions that a {@code throwException} of a route has thrown from those that a step failed with. */
public final class Thrown implements InterceptStrategy {

    private static final String PROPERTY = "loomThrown";

    static boolean onPurpose(Exchange exchange, Throwable cause) {
        return exchange.getProperty(PROPERTY) == cause;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor next) {
        return definition instanceof ThrowExceptionDefinition ? new Noted(target) : target;
    }

    private static final class Noted extends DelegateAsyncProcessor {

        Noted(Processor target) {
            super(target);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return super.process(exchange, doneSync -> {
                exchange.setProperty(PROPERTY, exchange.getException());
                callback.done(doneSync);
            });
        }
    }
}
