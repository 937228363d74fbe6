package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * For models that refuse an assistant's message without the reasoning that led to it. Where another provider wrote it, or
 * the client lost the reasoning, the least that they take stands in its place.
 */
record Echo() implements Change {

    private static final String REASONING = "reasoning_content";

    @Override
    public boolean mayChange(ChatRequest request) {
        return true;
    }

    @Override
    public void applyTo(ObjectNode body) {
        for (JsonNode message : body.path("messages")) {
            if (message instanceof ObjectNode said
                    && said.path("role").asText().equals("assistant")
                    && said.path(REASONING).asText("").isEmpty()) {
                said.put(REASONING, " ");
            }
        }
    }
}
