package dev.loom.gateway.camel.observe;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Traces by OpenTelemetry, where {@code loom.tracing} is true. Where it is not, there is no instance: every place that
 * has something to tell asks for null and goes on, and nothing is allocated.
 */
public final class Tracing implements AutoCloseable {

    /** What a client may send to have its trace continued. Its baggage is nobody else's business. */
    public static final Set<String> HEADERS = Set.of("traceparent", "tracestate");

    private static final String SCOPE = "dev.loom.gateway";

    /** Under what the environment says ({@code OTEL_SERVICE_NAME}, {@code OTEL_EXPORTER_OTLP_ENDPOINT} and the like). */
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.service.name", "loom-ai-gateway",
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none");

    private final OpenTelemetry telemetry;
    private final Tracer tracer;

    private Tracing(OpenTelemetry telemetry) {
        this.telemetry = telemetry;
        this.tracer = telemetry.getTracer(SCOPE);
    }

    /**
     * Null where {@code loom.tracing} is not true. A host application's own {@link OpenTelemetry} in the registry is
     * used, else one is made. Camel's tracer, where that is on too, finds ours and so writes into the same traces.
     */
    public static @Nullable Tracing of(CamelContext context) {
        String on =
                context.getPropertiesComponent().resolveProperty("loom.tracing").orElse("false");
        if (!Boolean.parseBoolean(on)) {
            return null;
        }
        OpenTelemetry given = context.getRegistry().findSingleByType(OpenTelemetry.class);
        Tracing tracing = new Tracing(given != null ? given : sdk());
        context.getRegistry().bind("loomTracer", Tracer.class, tracing.tracer);
        context.getRegistry()
                .bind(
                        "loomPropagators",
                        ContextPropagators.class,
                        ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
        return tracing;
    }

    private static OpenTelemetry sdk() {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> DEFAULTS)
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
    }

    /** The span of a request that has just come in. */
    public RequestTrace begin(Exchange exchange) {
        return new RequestTrace(tracer, exchange);
    }

    /** Sends what has not been sent yet; takes ten seconds at most. A host application's own is its own to close. */
    @Override
    public void close() {
        if (telemetry instanceof OpenTelemetrySdk sdk) {
            sdk.close();
        }
    }
}
