package dev.loom.gateway.camel.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.Attribute;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class MBeanDescriptionsTest {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @Test
    void every_mbean_is_described_as_camel_would_describe_it() throws Exception {
        Map<String, Set<List<String>>> ours = described("loom-ours", true);
        assertThat(ours).containsKeys("context", "routes", "processors", "endpoints", "consumers");
        assertThat(ours.get("processors").toString()).contains("Colour");
        assertThat(ours).isEqualTo(described("loom-camels", false));
    }

    @Test
    void mbeans_of_one_class_show_each_its_own() throws Exception {
        try (DefaultCamelContext context = context("loom-own", true)) {
            context.start();
            assertThat(SERVER.getAttribute(route("loom-own", "first"), "RouteId"))
                    .isEqualTo("first");
            assertThat(SERVER.getAttribute(route("loom-own", "second"), "RouteId"))
                    .isEqualTo("second");
            SERVER.setAttribute(route("loom-own", "first"), new Attribute("StatisticsEnabled", false));
            assertThat(SERVER.getAttribute(route("loom-own", "second"), "StatisticsEnabled"))
                    .isEqualTo(true);
        }
    }

    /** By type, the attributes and operations of each MBean. */
    private static Map<String, Set<List<String>>> described(String context, boolean ours) throws Exception {
        try (DefaultCamelContext camel = context(context, ours)) {
            camel.start();
            Map<String, Set<List<String>>> described = new TreeMap<>();
            for (ObjectName name :
                    SERVER.queryNames(new ObjectName("org.apache.camel:context=" + context + ",*"), null)) {
                described
                        .computeIfAbsent(name.getKeyProperty("type"), type -> new HashSet<>())
                        .add(features(SERVER.getMBeanInfo(name)));
            }
            return described;
        }
    }

    private static List<String> features(MBeanInfo info) {
        return Stream.<MBeanFeatureInfo>concat(Arrays.stream(info.getAttributes()), Arrays.stream(info.getOperations()))
                .map(MBeanFeatureInfo::toString)
                .sorted()
                .toList();
    }

    private static DefaultCamelContext context(String name, boolean ours) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getCamelContextExtension().setName(name);
        if (ours) {
            context.getCamelContextExtension().setManagementMBeanAssembler(new MBeanDescriptions(context));
        }
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:first").routeId("first").process(new Coloured()).setBody(constant(1));
                from("direct:second").routeId("second").process(exchange -> {}).setBody(constant(2));
            }
        });
        return context;
    }

    private static ObjectName route(String context, String id) throws Exception {
        return new ObjectName("org.apache.camel:context=" + context + ",type=routes,name=\"" + id + "\"");
    }

    /** A step with an attribute of its own. */
    @ManagedResource
    public static final class Coloured implements Processor {

        @ManagedAttribute
        public String getColour() {
            return "red";
        }

        @Override
        public void process(Exchange exchange) {}
    }
}
