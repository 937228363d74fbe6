package dev.loom.gateway.bench;

import dev.loom.gateway.camel.live.SwappableDirect;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What two hooks add to a route: none at all, those whose steps are all disabled, as they are shipped, and used ones. */
@State(Scope.Thread)
public class HooksBenchmark {

    @Param({"none", "shipped", "used"})
    String hooks = "none";

    private DefaultCamelContext camel;
    private Endpoint from;
    private Processor route;

    @Setup
    public void prepare() throws Exception {
        camel = new DefaultCamelContext();
        camel.getPropertiesComponent().addOverrideProperty("loom.enabled", "false"); // the rest of the gateway stays away
        camel.addComponent("direct", new SwappableDirect());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                if (hooks.equals("none")) {
                    from("direct:served").routeId("served").process(HooksBenchmark::nothing);
                } else {
                    from("direct:served")
                            .routeId("served")
                            .to("direct:loom-on-request?failIfNoConsumers=false&block=false")
                            .process(HooksBenchmark::nothing)
                            .to("direct:loom-on-answer?failIfNoConsumers=false&block=false");
                }
                if (!hooks.equals("none")) {
                    String disabled = Boolean.toString(hooks.equals("shipped"));
                    from("direct:loom-on-request").process(HooksBenchmark::nothing).disabled(disabled);
                    from("direct:loom-on-answer").process(HooksBenchmark::nothing).disabled(disabled);
                }
            }
        });
        camel.start();
        from = camel.getEndpoint("direct:served");
        route = camel.getRoute("served").getProcessor();
    }

    private static void nothing(Exchange exchange) {}

    @TearDown
    public void stop() {
        camel.stop();
    }

    @Benchmark
    public Exchange serve() throws Exception {
        Exchange exchange = from.createExchange();
        route.process(exchange);
        return exchange;
    }
}
