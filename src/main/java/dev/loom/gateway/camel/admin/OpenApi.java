package dev.loom.gateway.camel.admin;

import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.request.SendReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomAdminOpenApi}: both ports in OpenAPI's form, for tools. */
public final class OpenApi implements Processor {

    private static final String FILE = "/loom/openapi.json";

    @Override
    public void process(Exchange exchange) {
        SendReply.send(exchange, Reply.json(200, read()));
    }

    private static byte[] read() {
        try (InputStream in = Objects.requireNonNull(OpenApi.class.getResourceAsStream(FILE), FILE)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
