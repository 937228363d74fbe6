package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What is done to the body of a request before it is sent. */
interface Change {

    /** False if it certainly leaves a body alone that is this request's own, but for its model and its stream's options. */
    boolean mayChange(ChatRequest request);

    void applyTo(ObjectNode body);
}
