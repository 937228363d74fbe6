package dev.loom.gateway.camel.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.loom.gateway.camel.port.BodyReader;
import dev.loom.gateway.camel.port.Taken;
import dev.loom.gateway.camel.port.Wrapped;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Utf8;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import javax.management.JMException;
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
public final class AdminJolokia implements AutoCloseable {

    /** In Camel's registry. */
    public static final String NAME = "loomJolokia";

    private static final String POLICY = "/loom/jolokia-access.xml";

    private static final String NOBODY_ASKS = "";

    /** Characters. A list of all MBeans has less than a tenth. */
    private static final int LONGEST = 8 << 20;

    private final String path;
    private final Handler<RoutingContext> bodies;
    private @Nullable JolokiaServiceManager services;
    private @Nullable HttpRequestHandler requests;

    /**
     * Nothing is served yet.
     *
     * @param path without what follows it
     * @param bodies reads those of requests, and counts them
     */
    public AdminJolokia(String path, Handler<RoutingContext> bodies) {
        this.path = path;
        this.bodies = bodies;
    }

    /** One request after the other. */
    public void serve(Router router) {
        router.route(path + "/*")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .method(HttpMethod.POST)
                .handler(bodies)
                .handler(this::take);
    }

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
    public synchronized void close() {
        if (services != null) {
            services.stop();
        }
        services = null;
        requests = null;
    }

    private void take(RoutingContext context) {
        Taken taken = Taken.by(context);
        taken.work();
        context.vertx()
                .executeBlocking(() -> answer(requests(), context), true)
                .onComplete(done -> taken.release())
                .onSuccess(answer -> answer(context, answer))
                .onFailure(context::fail);
    }

    /** What Jolokia refuses or does not understand is answered with 200 and says so in its JSON, as its clients expect. */
    private static void answer(RoutingContext context, String answer) {
        if (!context.response().closed()) {
            context.response()
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "no-store")
                    .end(answer);
        }
    }

    private static String answer(HttpRequestHandler jolokia, RoutingContext context) {
        if (context.response().closed()) {
            return NOBODY_ASKS;
        }
        Buffer body = BodyReader.bodyOf(context);
        if (body == null) {
            return refused(jolokia, new SecurityException("A POST with a request as JSON is needed"));
        }
        byte[] bytes = Wrapped.bytes(body);
        if (!Utf8.isValid(bytes)) {
            return refused(jolokia, new IllegalArgumentException("The request body must be UTF-8"));
        }
        try {
            JsonNode asked = Json.strict(bytes); // Jolokia takes the last of two equal keys
            return asked instanceof ArrayNode several
                    ? all(jolokia, several, context)
                    : one(jolokia, bytes, context).toJSONString();
        } catch (IOException e) {
            return refused(jolokia, e);
        }
    }

    private static String refused(HttpRequestHandler jolokia, Exception why) {
        return jolokia.handleThrowable(why).toJSONString();
    }

    /** One after the other, since one request of a few bytes can have an answer of megabytes. */
    private static String all(HttpRequestHandler jolokia, ArrayNode requests, RoutingContext context) {
        StringBuilder answers = new StringBuilder("[");
        for (JsonNode request : requests) {
            if (context.response().closed()) {
                return NOBODY_ASKS;
            }
            if (!request.isObject()) {
                return refused(jolokia, new IllegalArgumentException("Each of several requests must be an object"));
            }
            answers.append(answers.length() == 1 ? "" : ",")
                    .append(one(jolokia, Json.bytes(request), context).toJSONString());
            if (answers.length() > LONGEST) {
                return refused(
                        jolokia,
                        new IllegalArgumentException("The answers are longer than " + LONGEST
                                + " characters together; send fewer requests at once"));
            }
        }
        return answers.append(']').toString();
    }

    private static JSONStructure one(HttpRequestHandler jolokia, byte[] request, RoutingContext context) {
        try (InputStream in = new ByteArrayInputStream(request)) {
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
}
