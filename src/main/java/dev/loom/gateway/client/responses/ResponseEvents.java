package dev.loom.gateway.client.responses;

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

/** A streamed answer as the events of a response. */
final class ResponseEvents implements AnswerSink {

    private final Events events;
    private final Envelope envelope;
    private final ToolNames tools;
    private @Nullable ObjectNode response;
    private @Nullable ItemEvents items;
    private String reason = "stop";
    private int sequence;
    private byte[] passed = {};

    ResponseEvents(Events events, Envelope envelope, ToolNames tools) {
        this.events = events;
        this.envelope = envelope;
        this.tools = tools;
    }

    /** Sends an event; its type and its number stand first. */
    void send(String type, ObjectNode event) {
        ObjectNode numbered = Json.object().put("type", type).put("sequence_number", sequence++);
        events.named(type, numbered.setAll(event));
    }

    @Override
    public void begin(Head head) {
        response = envelope.begin(head);
        Items made = new Items(response.path("id").asText(), tools);
        items = new ItemEvents(made, Envelope.output(response), this::send);
        sendResponse("response.created", response);
        sendResponse("response.in_progress", response);
    }

    private void sendResponse(String type, ObjectNode whole) {
        send(type, Json.object().set("response", whole));
    }

    @Override
    public void open(Block block) {
        begun(items).open(block);
    }

    @Override
    public void more(Block block, String text, JsonNode logprobs) {
        begun(items).more(block, text, logprobs);
    }

    @Override
    public void annotated(Block block, JsonNode annotation) {
        begun(items).annotated(block, annotation);
    }

    @Override
    public void close(Block block) {
        begun(items).close(block);
    }

    @Override
    public void finish(int choice, String why) {
        reason = why;
    }

    @Override
    public void served(String tier) {
        begun(response).put(Envelope.SERVICE_TIER, tier);
    }

    @Override
    public void end(UsageDetails usage) {
        ObjectNode whole = begun(response);
        Envelope.end(whole, reason, usage);
        sendResponse("response." + whole.path("status").asText(), whole);
    }

    @Override
    public void keepAlive() {
        events.comment();
    }

    @Override
    public void failed(ApiError error, String requestId) {
        if (response != null) {
            Envelope.fail(response, error);
            sendResponse("response.failed", response);
        } else {
            failed(Json.lenient(passed), error.asTold());
        }
    }

    /** Of an answer that passed; its own words may say more than a client should see. */
    private void failed(JsonNode last, ApiError error) {
        int number = last.path("sequence_number").asInt(sequence);
        if (last.path("type").asText().equals("response.failed")
                && last.path("response") instanceof ObjectNode failed) {
            failed.putObject("error").put("code", error.code()).put("message", error.message());
            sequence = number;
            sendResponse("response.failed", failed);
        } else {
            events.named("error", ErrorEvent.of(number, error.toJson()));
        }
    }

    /** The last one is the one that says why, if any does. */
    @Override
    public boolean passed(byte[] data) {
        passed = data;
        return false;
    }

    private static <T> T begun(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("The answer has not begun.");
        }
        return part;
    }
}
