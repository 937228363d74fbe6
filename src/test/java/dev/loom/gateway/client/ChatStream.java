package dev.loom.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.openai.OpenAi;
import org.jspecify.annotations.Nullable;

/** A stream of an OpenAI provider, brought into the order of a client's language, chunk by chunk. */
final class ChatStream implements ChunkSink {

    private final ChunkDecoder decoder = new OpenAi().stream(TestTargets.streaming(false), TestTargets.openAi("m"));
    private final AnswerReader reader;

    /** Why it broke off; null where it did not. */
    @Nullable
    Failure failure;

    ChatStream(AnswerSink client) {
        reader = new AnswerReader(client, 0);
    }

    /**
     * A chunk, in which an apostrophe stands for a quotation mark.
     *
     * @param delta the members of the delta
     * @param reason null in all chunks but the last
     */
    static String json(String delta, @Nullable String reason) {
        return ("{'id':'c','object':'chat.completion.chunk','created':1,'model':'m','choices':[{'index':0,'delta':{"
                        + delta + "},'finish_reason':" + (reason == null ? "null" : "'" + reason + "'") + "}]}")
                .replace('\'', '"');
    }

    /** The provider sends a chunk, as {@link #json} writes it. */
    void send(String delta, @Nullable String reason) {
        sendData(json(delta, reason));
    }

    void sendData(String data) {
        decoder.accept(new ServerSentEvent(null, data.getBytes(UTF_8)), this);
    }

    /** The provider closes the stream. */
    void end() {
        decoder.end(this);
    }

    @Override
    public void chunk(byte[] data, boolean content) {
        reader.chunk(data);
        failure = failure == null ? reader.unsayable() : failure;
    }

    @Override
    public void keepAlive() {}

    @Override
    public void failed(Failure broken) {
        failure = broken;
    }

    @Override
    public void done() {
        reader.done();
    }
}
