package dev.loom.gateway.client.completions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.OpenAiStream;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.client.TranslatedRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.time.Instant;
import java.util.function.Consumer;

/** A request for a text to be continued. */
final class CompletionRequest extends TranslatedRequest {

    private final String echo;
    private final boolean includeUsage;

    CompletionRequest(RequestReader reader, Instant received) throws InvalidRequest {
        super(reader.hub(), received);
        this.echo = reader.echo();
        this.includeUsage = reader.includeUsage();
    }

    @Override
    public boolean mayPass(RawRequest raw) {
        return true;
    }

    @Override
    public byte[] answer(byte[] completion) {
        JsonNode answer = Json.lenient(completion);
        return Json.bytes(new TextChoices(echo, "message").of(answer));
    }

    @Override
    public StreamWriter stream(Consumer<byte[]> out) {
        TextChoices choices = new TextChoices(echo, "delta");
        return new OpenAiStream(new Events(out)) {
            @Override
            public void chunk(byte[] data) {
                JsonNode chunk = Json.lenient(data);
                boolean usage = chunk.path("choices").isEmpty();
                if (!usage || includeUsage) {
                    send(Json.bytes(choices.of(chunk)));
                }
            }
        };
    }
}
