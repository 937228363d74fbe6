package dev.loom.gateway.client.messages;

import dev.loom.gateway.client.AnswerReader;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.client.TranslatedRequest;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.function.Consumer;

/** A request for a message. */
final class MessagesRequest extends TranslatedRequest {

    MessagesRequest(RawRequest request) throws InvalidRequest {
        super(new RequestReader(request).read(true), request.received());
    }

    @Override
    public boolean mayPass(RawRequest raw) {
        return true;
    }

    @Override
    public byte[] answer(byte[] completion) {
        Message message = new Message();
        AnswerReader.read(completion, message, promptTokens());
        return message.toBytes();
    }

    @Override
    public StreamWriter stream(Consumer<byte[]> out) {
        return new AnswerReader(new MessageEvents(new Events(out)), promptTokens());
    }
}
