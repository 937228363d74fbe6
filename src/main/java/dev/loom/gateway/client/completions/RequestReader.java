package dev.loom.gateway.client.completions;

import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.List;

/** The fields of a request. Without {@code max_tokens} the model ends by itself, where OpenAI stopped after 16 tokens. */
final class RequestReader {

    /** Fields that the hub has under the same name. */
    private static final List<String> SAME = List.of(
            "temperature", "top_p", "n", "stop", "presence_penalty", "frequency_penalty", "logit_bias", "seed", "user");

    private final Value in;
    private final HubRequest hub;

    RequestReader(RawRequest request) throws InvalidRequest {
        this.in = Value.body(request.body(), Value.Notation.BRACKETS);
        this.hub = new HubRequest(in.at("model").name(), in.at("stream").flag(false));
        Parts prompt = new Parts();
        prompt.text(prompt(), in.at("prompt"));
        hub.message("user", in.at("prompt"), prompt);
        for (String field : SAME) {
            hub.copy(in.at(field), field);
        }
        limit();
        logprobs();
        unsaid();
    }

    HubRequest hub() {
        return hub;
    }

    boolean includeUsage() {
        return in.at("stream_options").at("include_usage").json().asBoolean();
    }

    /** What stands before the answer; empty unless the client wants its prompt back. */
    String echo() throws InvalidRequest {
        return in.at("echo").flag(false) ? prompt() : "";
    }

    /** One text; of other things as much as tells how long they are. */
    private String prompt() throws InvalidRequest {
        Value prompt = in.at("prompt");
        prompt.require(prompt.json().isTextual() || prompt.json().size() > 0, "must be a string or an array.");
        if (prompt.json().isTextual()) {
            return prompt.text();
        }
        Value first = prompt.items().get(0);
        return prompt.json().size() == 1 && first.json().isTextual()
                ? first.text()
                : prompt.json().toString();
    }

    private void limit() throws InvalidRequest {
        Value limit = in.at("max_tokens");
        if (limit.isSet() && limit.count() == 0) {
            hub.unsaid(limit, "is 0, which asks for a look at the prompt; a chat has no counterpart.");
        }
        hub.copy(limit, "max_completion_tokens");
    }

    private void logprobs() throws InvalidRequest {
        Value logprobs = in.at("logprobs");
        if (logprobs.isSet()) {
            hub.body().put("logprobs", true).put("top_logprobs", logprobs.count());
            hub.comesFrom("logprobs", logprobs);
            hub.comesFrom("top_logprobs", logprobs);
            if (in.at("echo").flag(false)) {
                hub.unsaid(logprobs, "asks for those of the prompt, too; a chat has no counterpart.");
            }
        }
    }

    private void unsaid() throws InvalidRequest {
        Value prompt = in.at("prompt");
        if (prompt.json().isArray()) {
            Value first = prompt.items().get(0);
            if (!first.json().isTextual()) {
                hub.unsaid(prompt, "has tokens, which mean something to one model only; send text.");
            } else if (prompt.json().size() > 1) {
                hub.unsaid(prompt, "has several texts; a chat answers one, so send a request for each.");
            }
        }
        if (!in.at("suffix").text("").isEmpty()) {
            hub.unsaid(in.at("suffix"), "asks for a text to be inserted; a chat has no counterpart.");
        }
        if (in.at("best_of").isSet()
                && in.at("best_of").count() > in.at("n").json().asInt(1)) {
            hub.unsaid(in.at("best_of"), "asks for the best of several answers; a chat has no counterpart.");
        }
    }
}
