package dev.loom.gateway.camel.flow;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientConnection;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.upstream.SimulatedProvider;
import dev.loom.gateway.camel.upstream.SimulatedStream;
import dev.loom.gateway.config.ProviderSettings;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.simulator.SimulatedAnswer;
import dev.loom.gateway.traffic.TimeSource;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;

/**
 * The bean of the Kamelet {@code llm-simulator-source}: a provider that is simulated, to test clients against. The flow
 * sees each request before it is answered.
 */
public final class SimulatorSource {

    private static final String CLIENT = "loomSimulatorClient";
    private static final Map<String, String> STREAM = Map.of("Content-Type", "text/event-stream");
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** A client whose connection can be written to directly. */
    private record Client(ClientConnection connection, CountDownLatch gone, Runnable close) {

        /** The stream must not be ended before: it would be whole then. */
        void breakOff() throws InterruptedException {
            close.run();
            gone.await(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private final TimeSource time = TimeSource.system();
    private final OpenAiEndpoint endpoint = new OpenAiEndpoint(time);
    private final ProviderSettings settings = new ProviderSettings("llm-simulator");
    private String name = "simulator";
    private @Nullable SimulatedProvider provider;

    /** @param name as it stands in the answers, and as the one model that is listed */
    public void setName(String name) {
        this.name = name;
    }

    public void setLatency(String latency) {
        settings.set("simulator.latency", latency);
    }

    public void setTokensPerSecond(String tokensPerSecond) {
        settings.set("simulator.tokens_per_second", tokensPerSecond);
    }

    public void setFailureRate(String failureRate) {
        settings.set("simulator.failure_rate", failureRate);
    }

    public void setFailureStatus(String failureStatus) {
        settings.set("simulator.failure_status", failureStatus);
    }

    public void setRetryAfter(String retryAfter) {
        settings.set("simulator.retry_after", retryAfter);
    }

    public void setBreakAfterTokens(String breakAfterTokens) {
        settings.set("simulator.break_after_tokens", breakAfterTokens);
    }

    public void setSeed(String seed) {
        settings.set("simulator.seed", seed);
    }

    /**
     * Checks the properties and gets ready.
     *
     * @throws IllegalArgumentException if a property is wrong
     */
    public void start() {
        settings.set("type", "simulator");
        provider = new SimulatedProvider(name, ProviderProblems.read(settings).simulator(), time);
    }

    private SimulatedProvider provider() {
        return Objects.requireNonNull(provider, "start() has not been called");
    }

    /** A client's request becomes the flow's message, all of its JSON. */
    public void accept(Exchange exchange) throws RequestEnded {
        Client client = client(exchange);
        ChatRequest request = endpoint.accept(exchange, name);
        exchange.setProperty(CLIENT, client);
        exchange.getMessage().setBody(new String(request.body(), StandardCharsets.UTF_8));
    }

    private static @Nullable Client client(Exchange exchange) {
        if (exchange.getMessage() instanceof HttpMessage http) {
            Client client = new Client(
                    new ClientConnection(http.getRequest()),
                    new CountDownLatch(1),
                    http.getRequest().connection()::close);
            client.connection().onHangUp(client.gone()::countDown);
            return client;
        }
        return null;
    }

    /** Whatever the flow has left in the body, the simulation answers. */
    public void answer(Exchange exchange) throws IOException, InterruptedException {
        Client client = (Client) exchange.getProperty(CLIENT);
        CountDownLatch gone = client == null ? new CountDownLatch(1) : client.gone();
        provider().delay(gone);
        Optional<Reply> failure = provider().failure();
        if (failure.isPresent()) {
            OpenAiEndpoint.reply(exchange, failure.get());
            return;
        }
        ChatRequest request = OpenAiEndpoint.request(exchange);
        SimulatedAnswer answer = provider().answer(request);
        if (request.stream()) {
            stream(exchange, client, provider().stream(answer, gone));
        } else {
            OpenAiEndpoint.reply(exchange, Reply.json(200, provider().whole(answer, gone)));
        }
    }

    /** Event by event where Camel's HTTP server is Vert.x; any other gets the stream to send as it does. */
    private static void stream(Exchange exchange, @Nullable Client client, SimulatedStream stream)
            throws InterruptedException {
        OpenAiEndpoint.reply(exchange, new Reply(200, STREAM, new byte[0]));
        if (client == null) {
            exchange.getMessage().setBody(stream);
        } else {
            write(client, stream);
        }
    }

    private static void write(Client client, SimulatedStream stream) throws InterruptedException {
        client.connection().startStream(STREAM);
        try {
            for (byte[] event = stream.next(); event != null; event = stream.next()) {
                client.connection().write(Buffer.buffer(event), PATIENCE_NANOS);
            }
        } catch (IOException | TimeoutException e) {
            client.breakOff();
        }
        client.connection().end();
    }

    /** What went wrong is an error in OpenAI's shape. */
    public void failed(Exchange exchange) {
        OpenAiEndpoint.failed(exchange);
    }
}
