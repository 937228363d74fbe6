package dev.loom.gateway.camel.admin;

import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Utf8;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import javax.management.JMException;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.plugin.JolokiaPlatformHttpPlugin;
import org.apache.camel.support.service.ServiceSupport;
import org.jolokia.json.JSONStructure;
import org.jolokia.server.core.config.ConfigKey;
import org.jolokia.server.core.config.StaticConfiguration;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.BadRequestException;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jolokia.server.core.request.JolokiaRequest;
import org.jolokia.server.core.request.NotChangedException;
import org.jolokia.server.core.restrictor.policy.PolicyRestrictor;
import org.jolokia.server.core.service.JolokiaServiceManagerFactory;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.jolokia.server.core.service.impl.QuietLogHandler;
import org.jolokia.server.core.util.RequestType;
import org.jolokia.service.jmx.LocalRequestHandler;
import org.jolokia.service.serializer.JolokiaSerializer;
import org.jspecify.annotations.Nullable;

/**
 * JMX over HTTP for Hawtio, on the admin port, within what {@code loom/jolokia-access.xml} allows. Camel's own plugin
 * would take its rules from the root of the classpath, where a host application's may lie, and allow everything where it
 * finds none.
 */
public final class AdminJolokia extends ServiceSupport implements JolokiaPlatformHttpPlugin {

    private static final String POLICY = "/loom/jolokia-access.xml";

    private @Nullable JolokiaServiceManager services;
    private @Nullable HttpRequestHandler requests;
    private @Nullable CamelContext camelContext;

    private JolokiaServiceManager services() {
        JolokiaServiceManager services = JolokiaServiceManagerFactory.createJolokiaServiceManager(
                new StaticConfiguration(
                        ConfigKey.AGENT_ID,
                        "loom-" + Integer.toHexString(hashCode()),
                        ConfigKey.ALLOW_ERROR_DETAILS,
                        "false"),
                new QuietLogHandler(),
                policy());
        services.addService(new JolokiaSerializer());
        services.addService(new Requests());
        return services;
    }

    /** Jolokia asks its rules about everything but notifications, which would add up in memory. */
    private static final class Requests extends LocalRequestHandler {

        Requests() {
            super(1);
        }

        @Override
        public <R extends JolokiaRequest> @Nullable Object handleRequest(R request, @Nullable Object previous)
                throws JMException, IOException, NotChangedException, BadRequestException, EmptyResponseException {
            if (request.getType() == RequestType.NOTIFICATION) {
                throw new SecurityException("Notifications are not given");
            }
            return super.handleRequest(request, previous);
        }
    }

    private static PolicyRestrictor policy() {
        try (InputStream rules = AdminJolokia.class.getResourceAsStream(POLICY)) {
            return new PolicyRestrictor(rules);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Started by the first request: most gateways never get one. */
    private synchronized HttpRequestHandler requests() {
        if (requests == null) {
            services = services();
            requests = new HttpRequestHandler(services.start());
        }
        return requests;
    }

    @Override
    protected synchronized void doStop() {
        if (services != null) {
            services.stop();
        }
        services = null;
        requests = null;
    }

    @Override
    public String getId() {
        return NAME;
    }

    @Override
    public Object getHandler() {
        return (Handler<RoutingContext>) this::handle;
    }

    /** What Jolokia refuses or does not understand is answered with 200 and says so in its JSON, as its clients expect. */
    private void handle(RoutingContext context) {
        JSONStructure answer = answer(requests(), context);
        context.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(answer.toJSONString());
    }

    private static JSONStructure answer(HttpRequestHandler jolokia, RoutingContext context) {
        Buffer body = context.body().buffer();
        if (body == null) {
            return jolokia.handleThrowable(new SecurityException("A POST with a request as JSON is needed"));
        }
        byte[] bytes = body.getBytes();
        if (!Utf8.isValid(bytes)) {
            return jolokia.handleThrowable(new IllegalArgumentException("The request body must be UTF-8"));
        }
        try (InputStream in = new ByteArrayInputStream(bytes)) {
            Json.strict(bytes); // Jolokia takes the last of two equal keys
            return jolokia.handlePostRequest(
                    context.request().uri(), in, StandardCharsets.UTF_8.name(), parameters(context));
        } catch (IOException | BadRequestException | EmptyResponseException | RuntimeException e) {
            return jolokia.handleThrowable(e);
        }
    }

    /** Such as {@code maxDepth}; Jolokia ignores those that it does not know. */
    private static Map<String, String[]> parameters(RoutingContext context) {
        Map<String, String[]> parameters = new HashMap<>();
        context.queryParams().forEach((name, value) -> parameters.put(name, new String[] {value}));
        return parameters;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        camelContext = context;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }
}
