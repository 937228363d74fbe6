package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AnswerSink;
import dev.loom.gateway.client.Block;
import dev.loom.gateway.client.Head;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UsageDetails;

/** A whole answer as a message. */
final class Message implements AnswerSink {

    private ObjectNode message = Json.object();
    private final Ending ending = new Ending();

    @Override
    public void begin(Head head) {
        message = BlockJson.message(head);
    }

    @Override
    public void open(Block block) {}

    @Override
    public void more(Block block, String text, JsonNode logprobs) {}

    @Override
    public void close(Block block) {
        ArrayNode content = message.withArray("content");
        if (block.kind() == Block.Kind.REFUSAL) {
            ending.refused(block.text());
        }
        if (block.extra() != null) {
            content.add(BlockJson.note(block));
        }
        content.add(BlockJson.whole(block));
    }

    @Override
    public void stopped(int choice, String sequence) {
        ending.stopped(sequence);
    }

    @Override
    public void worded(int choice, JsonNode hubsChoice) {
        ending.worded(hubsChoice);
    }

    @Override
    public void finish(int choice, String reason) {
        ending.reason(reason);
    }

    @Override
    public void end(UsageDetails usage) {
        ending.write(message);
        message.set("usage", Ending.usage(usage));
    }

    byte[] toBytes() {
        return Json.bytes(message);
    }
}
