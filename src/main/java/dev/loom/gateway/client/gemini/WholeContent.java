package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AnswerSink;
import dev.loom.gateway.client.Block;
import dev.loom.gateway.client.Head;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UsageDetails;
import java.util.HashMap;
import java.util.Map;

/** A whole answer. */
final class WholeContent implements AnswerSink {

    private final boolean includeThoughts;
    private final Candidates candidates = new Candidates();
    private final Map<Integer, ArrayNode> parts = new HashMap<>();
    private Head head = new Head("", 0, "", 0);
    private ObjectNode response = Json.object();

    WholeContent(boolean includeThoughts) {
        this.includeThoughts = includeThoughts;
    }

    @Override
    public void begin(Head answers) {
        head = answers;
    }

    @Override
    public void open(Block block) {}

    @Override
    public void more(Block block, String text, JsonNode logprobs) {}

    @Override
    public void close(Block block) {
        ArrayNode said = parts.computeIfAbsent(block.choice(), choice -> Json.array());
        candidates.close(block);
        boolean thought = block.kind() == Block.Kind.REASONING;
        if (block.kind() == Block.Kind.CALL) {
            said.add(candidates.call(block));
        } else if (block.kind() == Block.Kind.IMAGE) {
            said.add(Candidates.picture(block));
        } else if (!block.text().isEmpty() && (includeThoughts || !thought)) {
            said.add(Candidates.text(block.text(), thought));
        }
    }

    @Override
    public void worded(int choice, JsonNode hubsChoice) {
        candidates.worded(choice, hubsChoice);
    }

    @Override
    public void finish(int choice, String reason) {
        candidates.finish(choice, reason);
    }

    @Override
    public void end(UsageDetails usage) {
        ArrayNode ends = candidates.ends();
        for (JsonNode end : ends) {
            ArrayNode before = parts.getOrDefault(end.path("index").asInt(), Json.array());
            ((ObjectNode) end.path("content"))
                    .set("parts", before.addAll((ArrayNode) end.path("content").path("parts")));
        }
        response = Response.of(head, ends);
        response.set("usageMetadata", Response.usage(usage));
    }

    byte[] toBytes() {
        return Json.bytes(response);
    }
}
