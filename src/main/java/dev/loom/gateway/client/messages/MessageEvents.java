package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AnswerSink;
import dev.loom.gateway.client.Block;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.Head;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UsageDetails;
import org.jspecify.annotations.Nullable;

/** A streamed answer as the events of a message. */
final class MessageEvents implements AnswerSink {

    private final Events events;
    private final Ending ending = new Ending();
    private boolean begun;
    private int blocks;
    private @Nullable Block noted;

    MessageEvents(Events events) {
        this.events = events;
    }

    @Override
    public void begin(Head head) {
        begun = true;
        ObjectNode event = Json.object();
        ObjectNode message = BlockJson.message(head);
        message.set("usage", Ending.usage(new UsageDetails(head.promptTokens(), 0, 0, 0, 0)));
        event.set("message", message);
        send("message_start", event);
    }

    /** What a call's provider wants back goes before it, if it is known by then. */
    @Override
    public void open(Block block) {
        note(block);
        start(BlockJson.start(block));
    }

    @Override
    public void more(Block block, String text, JsonNode logprobs) {
        switch (block.kind()) {
            case REASONING -> delta("thinking_delta", "thinking", text);
            case TEXT, REFUSAL -> delta("text_delta", "text", text);
            case IMAGE -> delta("text_delta", "text", Pictures.text(text));
            case CALL -> delta("input_json_delta", "partial_json", text);
        }
    }

    @Override
    public void close(Block block) {
        if (block.kind() == Block.Kind.REFUSAL) {
            ending.refused(block.text());
        } else if (block.kind() == Block.Kind.REASONING && !BlockJson.isRedacted(block)) {
            delta("signature_delta", "signature", BlockJson.signature(block));
        }
        stop();
        note(block);
    }

    private void note(Block call) {
        if (call.extra() != null && call != noted) {
            noted = call;
            start(BlockJson.note(call));
            stop();
        }
    }

    private void start(ObjectNode block) {
        ObjectNode event = Json.object().put("index", blocks);
        event.set("content_block", block);
        send("content_block_start", event);
    }

    private void delta(String type, String field, String text) {
        ObjectNode event = Json.object().put("index", blocks);
        event.putObject("delta").put("type", type).put(field, text);
        send("content_block_delta", event);
    }

    private void stop() {
        send("content_block_stop", Json.object().put("index", blocks++));
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
        ObjectNode event = Json.object();
        ending.write(event.putObject("delta"));
        event.set("usage", Ending.usage(usage));
        send("message_delta", event);
        send("message_stop", Json.object());
    }

    @Override
    public void keepAlive() {
        if (begun) {
            send("ping", Json.object());
        } else {
            events.comment();
        }
    }

    @Override
    public void failed(ApiError error, String requestId) {
        events.named("error", Errors.inStream(error, requestId));
    }

    private void send(String type, ObjectNode event) {
        events.named(type, Json.object().put("type", type).setAll(event));
    }
}
