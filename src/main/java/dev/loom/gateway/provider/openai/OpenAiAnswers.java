package dev.loom.gateway.provider.openai;

import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.errors.Classifier;
import java.time.Instant;

/**
 * How answers in OpenAI's language are read, whoever gives them. Azure's first chunk, which has no choices, and its chunks
 * without a delta are nothing special here.
 */
public abstract class OpenAiAnswers implements Dialect {

    @Override
    public Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer {
        return new OpenAiCompletion(request, target.model()).read(body);
    }

    @Override
    public ChunkDecoder stream(ChatRequest request, Target target) {
        return new OpenAiStream(request, target);
    }

    @Override
    public Completion decodeEmbeddings(byte[] body, EmbeddingsRequest request, Target target) throws UnreadableAnswer {
        return OpenAiEmbeddings.read(body, request, target);
    }

    @Override
    public Failure classify(int status, Headers headers, byte[] body, Instant now) {
        return Classifier.classify(status, headers, body, now);
    }
}
