package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AnswerSink;
import dev.loom.gateway.client.Block;
import dev.loom.gateway.client.Head;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UsageDetails;

/** A whole answer as a response. */
final class Response implements AnswerSink {

    private final Envelope envelope;
    private final ToolNames tools;
    private ObjectNode response = Json.object();
    private Items items;
    private String reason = "stop";

    Response(Envelope envelope, ToolNames tools) {
        this.envelope = envelope;
        this.tools = tools;
        this.items = new Items(Envelope.PREFIX, tools);
    }

    @Override
    public void begin(Head head) {
        response = envelope.begin(head);
        items = new Items(response.path("id").asText(), tools);
    }

    @Override
    public void open(Block block) {}

    @Override
    public void more(Block block, String text, JsonNode logprobs) {}

    @Override
    public void close(Block block) {
        ArrayNode output = Envelope.output(response);
        if (block.extra() != null) {
            output.add(items.note(block, output.size()));
        }
        output.add(items.whole(block, output.size()));
    }

    @Override
    public void finish(int choice, String why) {
        reason = why;
    }

    @Override
    public void served(String tier) {
        response.put(Envelope.SERVICE_TIER, tier);
    }

    @Override
    public void end(UsageDetails usage) {
        Envelope.end(response, reason, usage);
    }

    byte[] toBytes() {
        return Json.bytes(response);
    }
}
