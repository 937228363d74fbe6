package dev.loom.gateway.client.gemini;

import dev.loom.gateway.client.AnswerReader;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.client.TranslatedRequest;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import java.time.Instant;
import java.util.function.Consumer;

/** A request for content. */
final class GenerateRequest extends TranslatedRequest {

    private final boolean includeThoughts;
    private final boolean sse;

    GenerateRequest(Value body, Action action, Instant received) throws InvalidRequest {
        this(new RequestReader(body, action), action, received);
    }

    private GenerateRequest(RequestReader reader, Action action, Instant received) throws InvalidRequest {
        super(reader.hub(), received);
        this.includeThoughts = reader.includeThoughts();
        this.sse = action.sse();
    }

    /** A stream is asked for in events; where the client wants one JSON array, it is made of them. */
    @Override
    public boolean mayPass(RawRequest raw) {
        return true;
    }

    @Override
    public byte[] answer(byte[] completion) {
        WholeContent content = new WholeContent(includeThoughts);
        AnswerReader.read(completion, content, promptTokens());
        return content.toBytes();
    }

    @Override
    public StreamWriter stream(Consumer<byte[]> out) {
        Frames frames = sse ? new Frames.Sse(out) : new Frames.JsonArray(out);
        return new AnswerReader(new ContentEvents(frames, includeThoughts), promptTokens());
    }
}
