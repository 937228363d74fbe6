package dev.loom.gateway.testing;

import java.io.Closeable;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/** Somebody's own Camel, with our jar on its class path and no gateway in it, on a free port. */
public final class PlainCamel implements Closeable {

    private final Main main = new Main();
    private final int port = FreePorts.next();

    /**
     * @param routes pattern of the route files
     * @param properties Camel's, and those that the routes name
     */
    public PlainCamel(String routes, Map<String, String> properties) {
        main.setDefaultPropertyPlaceholderLocation("false");
        main.configure().setRoutesIncludePattern(routes);
        main.addInitialProperty("loom.enabled", "false");
        main.addInitialProperty("camel.server.enabled", "true");
        main.addInitialProperty("camel.server.host", "127.0.0.1");
        main.addInitialProperty("camel.server.port", Integer.toString(port));
        properties.forEach(main::addInitialProperty);
    }

    public PlainCamel(Map<String, String> properties) {
        this("false", properties);
    }

    public PlainCamel start() {
        main.start();
        return this;
    }

    public CamelContext context() {
        return main.getCamelContext();
    }

    public int port() {
        return port;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        main.stop();
        main.shutdown();
    }
}
