package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AssistantMessage;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;

/** What the model thought, said and called before somebody else had a say. */
final class Turn {

    private final Value first;
    private final AssistantMessage message = new AssistantMessage();

    Turn(Value first) {
        this.first = first;
    }

    /** What is encrypted is another's, unless it is a note of ours. */
    void reasoning(Value item) throws InvalidRequest {
        for (Value part : item.at("summary").items()) {
            message.thought(part.at("text").text(""));
        }
        for (Value part : item.at("content").items()) {
            message.thought(part.at("text").text(""));
        }
        ObjectNode note = Carried.unpack(item.at("encrypted_content").text(""));
        if (note != null) {
            message.noted(note);
        }
    }

    void said(Value item, HubRequest hub) throws InvalidRequest {
        message.said().addAll(ContentReader.parts(item.at("content"), hub));
    }

    void called(Value item, String arguments) throws InvalidRequest {
        message.called(item.at("call_id").name(), ToolReader.called(item), arguments);
    }

    void pictured(String url) {
        message.pictured(url);
    }

    void write(HubRequest hub) {
        message.write(hub, first);
    }
}
