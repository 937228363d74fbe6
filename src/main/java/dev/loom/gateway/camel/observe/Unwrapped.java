package dev.loom.gateway.camel.observe;

import org.apache.camel.Processor;
import org.apache.camel.support.AsyncProcessorConverterHelper;

/** A step around which an interceptor puts nothing. */
public final class Unwrapped {

    private Unwrapped() {}

    /** The step in the form that Camel wants to get back; else it warns of the interceptor at each start of such a step. */
    public static Processor step(Processor target) {
        return AsyncProcessorConverterHelper.convert(target);
    }
}
