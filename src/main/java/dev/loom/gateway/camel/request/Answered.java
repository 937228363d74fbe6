package dev.loom.gateway.camel.request;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomAnswered}: what is known of the answer becomes properties of the exchange. */
public final class Answered implements Processor {

    @Override
    public void process(Exchange exchange) {
        Facts.ofAnswer(exchange, Call.of(exchange));
    }
}
