package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** For APIs that refuse fields that they do not know even where these are null, as SDKs write them into messages. */
record NoNulls() implements Change {

    @Override
    public boolean mayChange(ChatRequest request) {
        return true;
    }

    /** But for {@code content}, whose null says that there is none. */
    @Override
    public void applyTo(ObjectNode body) {
        for (JsonNode message : body.path("messages")) {
            if (message instanceof ObjectNode said) {
                said.properties()
                        .removeIf(field ->
                                field.getValue().isNull() && !field.getKey().equals("content"));
            }
        }
    }
}
