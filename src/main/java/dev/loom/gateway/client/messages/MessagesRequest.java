package dev.loom.gateway.client.messages;

import dev.loom.gateway.client.AnswerReader;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.Usage;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request for a message. */
final class MessagesRequest implements ClientRequest {

    private final HubRequest read;
    private final ChatRequest hub;

    MessagesRequest(HubRequest read, Instant received) throws InvalidRequest {
        this.read = read;
        this.hub = read.build(received);
    }

    @Override
    public ChatRequest hub() {
        return hub;
    }

    @Override
    public @Nullable UnsupportedRequest unsaid() {
        return read.unsaid();
    }

    @Override
    public byte[] answer(byte[] completion) {
        Message message = new Message(promptTokens());
        AnswerReader.read(completion, message);
        return message.toBytes();
    }

    @Override
    public StreamWriter stream(Consumer<byte[]> out) {
        return new AnswerReader(new MessageEvents(new Events(out), promptTokens()));
    }

    /** By length. */
    private long promptTokens() {
        return hub.promptBytes() / Usage.BYTES_PER_TOKEN;
    }

    @Override
    public ApiError inClientsWords(ApiError error) {
        return read.inClientsWords(error);
    }
}
