package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AssistantMessage;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;

/** A turn of the model's: what it thought, said and called. */
final class ModelTurn {

    private final HubRequest hub;
    private final FunctionCalls calls;
    private final AssistantMessage message = new AssistantMessage();

    ModelTurn(HubRequest hub, FunctionCalls calls) {
        this.hub = hub;
        this.calls = calls;
    }

    void read(Value content) throws InvalidRequest {
        for (Value part : Keys.items(content.at("parts"))) {
            part.object();
            add(part);
        }
        message.write(hub, content);
    }

    private void add(Value part) throws InvalidRequest {
        Value call = Keys.at(part, "functionCall");
        String signature = Keys.at(part, "thoughtSignature").text("");
        ObjectNode note = Carried.unpack(signature);
        if (note != null) {
            message.noted(note);
        }
        if (call.isSet()) {
            ObjectNode called = calls.called(call, message);
            if (note == null && !signature.isEmpty()) {
                called.putObject("extra_content").putObject("google").put("thought_signature", signature);
            }
        } else if (part.at("thought").flag(false)) {
            message.thought(part.at("text").text(""));
        } else if (!part.at("text").json().asText("x").isEmpty()) { // an empty one is there for its signature
            said(part);
        }
    }

    /** What Google has run is told as text, and a picture stands beside what was said. */
    private void said(Value part) throws InvalidRequest {
        Value code = Keys.at(part, "executableCode").at("code");
        Value result = Keys.at(part, "codeExecutionResult");
        Value inline = Keys.at(part, "inlineData");
        if (code.isSet()) {
            message.said().text("```\n" + code.text() + "\n```", part);
        } else if (result.isSet()) {
            message.said().text(result.at("output").text(""), part);
        } else if (Keys.at(inline, "mimeType").text("").startsWith("image/")) {
            message.pictured(Parts.dataUrl(
                    Keys.at(inline, "mimeType").text(), inline.at("data").text()));
        } else {
            PartReader.add(part, message.said(), hub);
        }
    }
}
