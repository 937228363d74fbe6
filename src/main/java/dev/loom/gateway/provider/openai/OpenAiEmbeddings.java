package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Position;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TokenFigure;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.Vectors;
import dev.loom.gateway.provider.errors.ErrorInside;
import org.jspecify.annotations.Nullable;

/**
 * Reads embeddings as OpenAI and those who speak like it send them. Many servers answer with numbers whatever they are
 * asked for; clients that asked for Base64 would read those as an empty vector.
 */
final class OpenAiEmbeddings {

    private OpenAiEmbeddings() {}

    static Completion read(byte[] body, EmbeddingsRequest request, Target target) throws UnreadableAnswer {
        JsonNode json = Json.lenient(body);
        ErrorInside.refuse(json);
        if (!(json instanceof ObjectNode answer)
                || answer.path("data").size() != request.inputs().size()) {
            throw new UnreadableAnswer("The provider's answer does not have one embedding for each input.");
        }
        Repair repair = new Repair();
        int[] indexes = Position.ofAll(answer.path("data"), answer.path("data").size());
        for (int i = 0; i < answer.path("data").size(); i++) {
            if (!(answer.path("data").path(i) instanceof ObjectNode entry)) {
                throw new UnreadableAnswer("data[" + i + "] of the provider's answer is not an object.");
            }
            repair.set(entry, "embedding", Vectors.as(request.base64(), entry.path("embedding")));
            repair.text(entry, "object", "embedding");
            repair.number(entry, "index", indexes[i]);
        }
        repair.text(answer, "object", "list");
        repair.textIfMissing(answer, "model", target.model());
        Usage usage = usage(answer, repair);
        return new Completion(repair.bytes(answer, body), usage);
    }

    /** OpenAI's contract wants a usage; null, for the gateway's own books, where the provider gave none. */
    private static @Nullable Usage usage(ObjectNode answer, Repair repair) {
        long input = TokenFigure.of(answer.path("usage").path("prompt_tokens"));
        ObjectNode node = repair.object(answer, "usage");
        repair.number(node, "prompt_tokens", Math.max(0, input));
        long total = TokenFigure.of(node.path("total_tokens"));
        repair.number(node, "total_tokens", TokenFigure.isPlausible(total) ? total : Math.max(0, input));
        return input == TokenFigure.UNSAID ? null : new Usage(input, 0, 0);
    }
}
