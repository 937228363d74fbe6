package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Block;
import dev.loom.gateway.provider.Json;

/** The events of the items of a response's output, one item after another. */
final class ItemEvents {

    /** Takes events without their numbers. */
    @FunctionalInterface
    interface Sender {
        void send(String type, ObjectNode event);
    }

    private final Items items;
    private final ArrayNode output;
    private final Sender sender;
    private boolean noted;

    /** @param output of the response; takes the items as they are done */
    ItemEvents(Items items, ArrayNode output, Sender sender) {
        this.items = items;
        this.output = output;
        this.sender = sender;
    }

    /** What a call's provider wants back goes before it, if it is known by then. */
    void open(Block block) {
        noted = false;
        note(block);
        added(items.start(block, output.size()));
        if (block.kind() == Block.Kind.TEXT || block.kind() == Block.Kind.REFUSAL) {
            part("response.content_part.added", block, Items.part(block, ""));
        } else if (block.kind() == Block.Kind.IMAGE) {
            sender.send("response.image_generation_call.in_progress", of(block));
        }
    }

    private void note(Block call) {
        if (call.extra() != null && !noted) {
            noted = true;
            ObjectNode note = items.note(call, output.size());
            added(note);
            done(note);
        }
    }

    private void added(ObjectNode item) {
        sender.send("response.output_item.added", event().set("item", item));
    }

    private void done(ObjectNode item) {
        sender.send("response.output_item.done", event().set("item", item));
        output.add(item);
    }

    private ObjectNode event() {
        return Json.object().put("output_index", output.size());
    }

    /** An event about the item that is open. */
    private ObjectNode of(Block block) {
        return event().set("item_id", items.start(block, output.size()).path("id"));
    }

    private ObjectNode inSummary(Block block) {
        return of(block).put("summary_index", 0);
    }

    private ObjectNode inContent(Block block) {
        return of(block).put("content_index", 0);
    }

    private void part(String type, Block block, ObjectNode part) {
        sender.send(type, inContent(block).set("part", part));
    }

    void more(Block block, String text, JsonNode logprobs) {
        switch (block.kind()) {
            case REASONING -> {
                if (block.length() == text.length()) { // what is hidden has no words, and no part
                    sender.send(
                            "response.reasoning_summary_part.added",
                            inSummary(block).set("part", Items.summary("")));
                }
                sender.send(
                        "response.reasoning_summary_text.delta",
                        inSummary(block).put("delta", text));
            }
            case TEXT ->
                sender.send(
                        "response.output_text.delta",
                        inContent(block).put("delta", text).set("logprobs", Items.logprobs(logprobs)));
            case REFUSAL ->
                sender.send("response.refusal.delta", inContent(block).put("delta", text));
            case IMAGE -> sender.send("response.image_generation_call.generating", of(block));
            case CALL -> {
                if (!items.isCustom(block)) {
                    sender.send(
                            "response.function_call_arguments.delta", of(block).put("delta", text));
                }
            }
        }
    }

    void annotated(Block block, JsonNode annotation) {
        ObjectNode event =
                inContent(block).put("annotation_index", block.annotations().size() - 1);
        sender.send("response.output_text.annotation.added", event.set("annotation", Items.annotation(annotation)));
    }

    void close(Block block) {
        String text = block.text();
        switch (block.kind()) {
            case REASONING -> {
                if (!text.isEmpty()) {
                    sender.send(
                            "response.reasoning_summary_text.done",
                            inSummary(block).put("text", text));
                    sender.send(
                            "response.reasoning_summary_part.done",
                            inSummary(block).set("part", Items.summary(text)));
                }
            }
            case TEXT -> {
                ObjectNode event = inContent(block).put("text", text).set("logprobs", Items.logprobs(block.logprobs()));
                sender.send("response.output_text.done", event);
                part("response.content_part.done", block, Items.part(block, text));
            }
            case REFUSAL -> {
                sender.send("response.refusal.done", inContent(block).put("refusal", text));
                part("response.content_part.done", block, Items.part(block, text));
            }
            case IMAGE -> sender.send("response.image_generation_call.completed", of(block));
            case CALL -> called(block, text);
        }
        done(items.whole(block, output.size()));
        note(block);
    }

    /** The text that a custom tool takes is known once the arguments around it are whole. */
    private void called(Block block, String arguments) {
        if (items.isCustom(block)) {
            String input = CustomTool.input(arguments);
            sender.send("response.custom_tool_call_input.delta", of(block).put("delta", input));
            sender.send("response.custom_tool_call_input.done", of(block).put("input", input));
        } else {
            ObjectNode event = of(block).put("name", items.name(block)).put("arguments", arguments);
            sender.send("response.function_call_arguments.done", event);
        }
    }
}
