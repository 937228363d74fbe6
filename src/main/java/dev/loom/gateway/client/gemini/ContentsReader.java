package dev.loom.gateway.client.gemini;

import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;

/** The turns of a conversation. */
final class ContentsReader {

    private final HubRequest hub;
    private final FunctionCalls calls;

    ContentsReader(HubRequest hub) {
        this.hub = hub;
        this.calls = new FunctionCalls(hub);
    }

    void read(Value contents) throws InvalidRequest {
        contents.require(contents.json().size() > 0 || contents.json().isTextual(), "must have at least one entry.");
        for (Value content : Keys.items(contents)) {
            turn(content);
        }
        contents.require(hub.hasMessages(), "must have at least one part.");
    }

    private void turn(Value content) throws InvalidRequest {
        content.object();
        String role = content.at("role").text("user");
        switch (role) {
            case "user", "function" -> user(content);
            case "model" -> new ModelTurn(hub, calls).read(content);
            default -> throw content.at("role").invalid("must be user or model.");
        }
    }

    /** The results of functions go first, since they must follow the calls. */
    private void user(Value content) throws InvalidRequest {
        Parts shown = new Parts();
        Parts said = new Parts();
        for (Value part : Keys.items(content.at("parts"))) {
            Value response = Keys.at(part, "functionResponse");
            if (response.isSet()) {
                calls.answered(response, shown);
            } else {
                PartReader.add(part, said, hub);
            }
        }
        shown.addAll(said);
        if (!shown.isEmpty()) {
            hub.message("user", content, shown);
        }
    }
}
