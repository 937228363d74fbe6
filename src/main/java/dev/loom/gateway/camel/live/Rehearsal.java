package dev.loom.gateway.camel.live;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.ExplicitCamelContextNameStrategy;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries routes out in a context of their own, before anything is done to those that run: every endpoint, bean, language
 * and step is made, and nothing is started.
 */
public final class Rehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    /** An instance of a route template. */
    public record Instance(String template, String routeId, Map<String, String> parameters) {

        /** Adds the instance to a context. */
        public void addTo(CamelContext context) {
            TemplatedRouteBuilder builder = TemplatedRouteBuilder.builder(context, template)
                    .routeId(routeId)
                    .prefixId(routeId);
            parameters.forEach(builder::parameter);
            builder.add();
        }
    }

    private final CamelContext real;
    private final Consumer<CamelContext> setting;

    /**
     * A stage for the routes of a context.
     *
     * @param real the context whose beans and properties the routes name
     * @param setting adds the components that only this application has
     */
    public Rehearsal(CamelContext real, Consumer<CamelContext> setting) {
        this.real = real;
        this.setting = setting;
    }

    /**
     * What is changed by an edit.
     *
     * @param before what the file held; nothing where it is new
     * @param read all that the file has steps in now, those of templates and configurations among them
     */
    public record Edit(Definitions.Contents before, Definitions.Contents now, List<Definitions.Loaded> read) {}

    /**
     * Makes the routes of a file, the instances of its templates, and what a Kamelet's endpoints would make of it.
     *
     * @param before the file as it is in use, null where it is new
     * @param others files that hold the other templates and Kamelets which it may name
     * @param instances of any templates; those of other files' are left out
     * @param endpoints URIs of Kamelets
     * @throws Exception what is wrong with them
     */
    public Edit of(
            Resource file,
            @Nullable Resource before,
            Set<Resource> others,
            List<Instance> instances,
            List<String> endpoints)
            throws Exception {
        try (DefaultCamelContext stage = stage()) {
            Definitions definitions = new Definitions(stage);
            for (Resource other : others) {
                definitions.load(other);
            }
            Definitions.Contents old = before == null ? Definitions.Contents.NOTHING : definitions.load(before);
            Definitions.Contents now = definitions.load(file);
            Set<String> lost = new HashSet<>(old.templates());
            lost.removeAll(now.templates());
            List<String> lines = RouteTexts.lines(file);
            List<Definitions.Loaded> written = new ArrayList<>(now.routes());
            written.addAll(RouteConfigurations.asRoutes(stage, file));
            List<Definitions.Loaded> read = new ArrayList<>(written);
            read.addAll(Templates.asRoutes(stage, file));
            List<String> mistakes =
                    RouteExpressions.problems(stage, new RouteNames(stage, RouteNames.bound(real), true), read, lines);
            if (!mistakes.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", mistakes));
            }
            for (Instance instance : instances) {
                if (lost.contains(instance.template())) {
                    throw new IllegalArgumentException("the template " + instance.template()
                            + " is missing, of which every provider has an instance");
                }
                if (now.templates().contains(instance.template())) {
                    instance.addTo(stage);
                }
            }
            make(stage, written.stream().map(Definitions.Loaded::route).toList(), lines);
            endpoints.forEach(stage::getEndpoint);
            return new Edit(old, now, read);
        }
    }

    private static void make(DefaultCamelContext stage, List<RouteDefinition> routes, List<String> lines)
            throws Exception {
        try {
            stage.addRouteDefinitions(routes);
            stage.init();
        } catch (Exception e) {
            RouteMistake mistake = RouteMistake.of(e).orElseThrow(() -> e);
            IllegalArgumentException told = new IllegalArgumentException(mistake.in(routes, lines));
            told.addSuppressed(e);
            throw told;
        }
    }

    private DefaultCamelContext stage() throws IOException {
        DefaultRegistry registry = new DefaultRegistry(new RealBeans(real));
        DefaultCamelContext stage = new Stage(registry);
        stage.setNameStrategy(new ExplicitCamelContextNameStrategy(real.getName() + "-rehearsal"));
        stage.disableJMX();
        stage.setAutoStartup(false);
        // Nobody is to read that routes of the gateway were stopped.
        stage.setStartupSummaryLevel(StartupSummaryLevel.Off);
        // No second gateway is to install itself here.
        stage.getPropertiesComponent().addOverrideProperty("loom.enabled", "false");
        stage.getPropertiesComponent().addPropertiesSource(new RealProperties(real));
        stage.getComponent("kamelet", KameletComponent.class)
                .setLocation(
                        real.getComponent("kamelet", KameletComponent.class).getLocation());
        // The component would take the real one into its context.
        registry.bind(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, new VertxPlatformHttpEngine());
        setting.accept(stage);
        return stage;
    }

    /** Ends routes that were never started. Steps that cannot be stopped before a start are left to the garbage collector. */
    private static final class Stage extends DefaultCamelContext {

        Stage(DefaultRegistry registry) {
            super(registry);
        }

        @Override
        protected void doStop() throws Exception {
            for (Object route : getRouteServices().values()) {
                try {
                    ServiceHelper.stopAndShutdownService(route);
                } catch (RuntimeException e) {
                    LOG.debug("A step that was never started cannot be stopped", e);
                }
            }
            getRouteServices().clear();
            super.doStop();
        }
    }

    private record RealProperties(CamelContext real) implements PropertiesSource {

        @Override
        public String getName() {
            return "real";
        }

        @Override
        public @Nullable String getProperty(String name) {
            Optional<String> value = real.getPropertiesComponent().resolveProperty(name);
            return value.orElse(null);
        }
    }

    /** Beans by their names only: what Camel finds by type would be set up a second time. */
    private record RealBeans(CamelContext real) implements BeanRepository {

        @Override
        public @Nullable Object lookupByName(String name) {
            return real.getRegistry().lookupByName(name);
        }

        @Override
        public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
            return real.getRegistry().lookupByNameAndType(name, type);
        }

        @Override
        public <T> Map<String, T> findByTypeWithName(Class<T> type) {
            return Map.of();
        }

        @Override
        public <T> Set<T> findByType(Class<T> type) {
            return Set.of();
        }
    }
}
