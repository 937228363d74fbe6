package dev.loom.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** Somebody else's Camel application that has the gateway's jar on its classpath. */
public final class Host implements AutoCloseable {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Properties properties = new Properties();
    private final int port = FreePorts.next();
    private final int adminPort = FreePorts.next();

    private Host(Path config) {
        camel.getCamelContextExtension().setName("host");
        with("loom.config", "file:" + config);
        with("loom.server.port", Integer.toString(port));
        with("loom.admin.port", Integer.toString(adminPort));
    }

    /** @param yaml what stands below {@code ai_gateway:} */
    public static Host configured(String yaml) {
        try {
            Path file = Files.createTempFile("ai-gateway", ".yaml");
            file.toFile().deleteOnExit();
            return new Host(Files.writeString(file, "ai_gateway:\n" + yaml.indent(2)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Host over(FakeProvider... providers) {
        return configured(TestGateway.providers("", providers));
    }

    public Host with(String property, String value) {
        properties.setProperty(property, value);
        return this;
    }

    public Host with(String bean, Object value) {
        camel.getRegistry().bind(bean, value);
        return this;
    }

    public Host with(RoutesBuilder routes) {
        try {
            camel.addRoutes(routes);
            return this;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A flow of the application's own, with one step. */
    public Host withFlow(String from, String to) {
        return with(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId("own").to(to).id("own-step");
            }
        });
    }

    public Host start() {
        camel.getPropertiesComponent().setInitialProperties(properties);
        camel.start();
        return this;
    }

    public DefaultCamelContext camel() {
        return camel;
    }

    public int port() {
        return port;
    }

    public int adminPort() {
        return adminPort;
    }

    public HttpResponse<String> chat(boolean stream) {
        String url = "http://127.0.0.1:" + port + "/v1/chat/completions";
        return Http.send(Http.post(url, TestGateway.chat("gpt-4", stream)));
    }

    public HttpResponse<String> admin(String path) {
        return get("http://127.0.0.1:" + adminPort + path);
    }

    public static HttpResponse<String> get(String url) {
        return Http.get(url);
    }

    @Override
    public void close() {
        camel.stop();
    }
}
