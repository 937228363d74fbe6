package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Chunks;
import dev.loom.gateway.provider.Json;

/** One content block of a stream, from its start to its stop. */
interface Block {

    /** Takes the deltas that the client is to see. */
    @FunctionalInterface
    interface Out {

        /**
         * One delta.
         *
         * @param content true if it is part of the answer
         */
        void delta(ObjectNode delta, boolean content);
    }

    void delta(JsonNode delta, Out out);

    /** May be called where the provider forgot to. */
    default void stop(Out out) {}

    /** Results of tools that the provider runs itself, and kinds of block that are still to come. */
    Block IGNORED = (delta, out) -> {};

    /** A block of text, with what its start already says of it. */
    static Block text(JsonNode start, Out out) {
        Block block = (delta, to) -> {
            String text = delta.path("text").asText("");
            if (!text.isEmpty()) {
                to.delta(Chunks.text(text), true);
            }
        };
        block.delta(start, out);
        return block;
    }

    /** Reasoning: shown as it comes, and once more whole and signed, so that a client can send it back. */
    final class Thinking implements Block {

        private final ObjectNode block;
        private final StringBuilder text = new StringBuilder();
        private final int callsBefore;
        private String signature;

        /** @param callsBefore how many tools the answer has called before it */
        Thinking(JsonNode start, int callsBefore, Out out) {
            this.callsBefore = callsBefore;
            this.block = Json.object().put("type", start.path("type").asText());
            this.signature = start.path("signature").asText("");
            if (start.path("data").isTextual()) {
                block.set("data", start.path("data"));
            }
            delta(start, out);
        }

        @Override
        public void delta(JsonNode delta, Out out) {
            String more = delta.path("thinking").asText("");
            text.append(more);
            signature = delta.path("signature").asText(signature);
            if (!more.isEmpty()) {
                out.delta(Chunks.reasoning(more), true);
            }
        }

        @Override
        public void stop(Out out) {
            if (!block.has("data")) {
                block.put("thinking", text.toString()).put("signature", signature);
            }
            if (block.has("data") || !signature.isEmpty()) {
                ObjectNode delta = Json.object();
                delta.putArray("thinking_blocks").add(Assistant.inPlace(block, callsBefore));
                out.delta(delta, false);
            }
        }
    }

    /** A call of one of the client's tools, or of the one whose input is the answer. */
    final class ToolUse implements Block {

        /** Makes a delta of more JSON. */
        @FunctionalInterface
        interface Input {
            ObjectNode delta(String json);
        }

        private final Input input;
        private final String startInput;
        private boolean sent;

        private ToolUse(JsonNode start, Input input) {
            this.input = input;
            this.startInput = start.path("input").isObject() ? Json.string(start.path("input")) : "{}";
        }

        /** @param index of the call among the calls of the answer */
        static ToolUse call(JsonNode start, int index, Out out) {
            String id = start.path("id").asText("");
            String name = start.path("name").asText("");
            out.delta(Chunks.toolCall(index, id, name, ""), true);
            return new ToolUse(start, json -> Chunks.arguments(index, json));
        }

        static ToolUse answer(JsonNode start) {
            return new ToolUse(start, Chunks::text);
        }

        @Override
        public void delta(JsonNode delta, Out out) {
            String more = delta.path("partial_json").asText("");
            if (!more.isEmpty()) {
                sent = true;
                out.delta(input.delta(more), true);
            }
        }

        /** A tool without arguments sends none at all, but clients parse them. */
        @Override
        public void stop(Out out) {
            if (!sent) {
                sent = true;
                out.delta(input.delta(startInput), true);
            }
        }
    }
}
