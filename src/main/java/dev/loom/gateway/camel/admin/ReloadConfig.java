package dev.loom.gateway.camel.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.live.ReloadRefused;
import dev.loom.gateway.camel.live.Reloader;
import dev.loom.gateway.provider.Json;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomAdminReload}: reads the configuration again, and tells what has changed, or why nothing has. */
public final class ReloadConfig implements Processor {

    private final Reloader reloader;

    public ReloadConfig(Reloader reloader) {
        this.reloader = reloader;
    }

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        try {
            Admin.answer(exchange, 200, list("changed", reloader.reload()));
        } catch (ReloadRefused e) {
            Admin.answer(exchange, 422, list("errors", e.errors()));
        }
    }

    private static ObjectNode list(String name, List<String> lines) {
        ObjectNode json = Json.object();
        lines.forEach(json.putArray(name)::add);
        return json;
    }
}
