package dev.loom.gateway.client;

import dev.loom.gateway.provider.ApiError;
import java.nio.charset.StandardCharsets;

/** A stream whose events have no names and whose end is marked, as OpenAI's are. */
public abstract class OpenAiStream implements StreamWriter {

    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final Events events;

    protected OpenAiStream(Events events) {
        this.events = events;
    }

    protected final void send(byte[] data) {
        events.data(data);
    }

    @Override
    public final void keepAlive() {
        events.comment();
    }

    @Override
    public final void failed(ApiError error, String requestId) {
        events.data(error.asTold().toBody());
    }

    @Override
    public final void done() {
        events.data(DONE);
    }
}
