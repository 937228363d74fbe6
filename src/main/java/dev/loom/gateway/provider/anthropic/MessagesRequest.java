package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.anthropic.Model.Feature;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chat request as the body of a request to Anthropic's Messages API. Fields that are not named here are dropped. */
final class MessagesRequest {

    private static final String VERTEX_VERSION = "vertex-2023-10-16";

    /** Characters of {@code metadata.user_id}; the API refuses longer ones. */
    private static final int LONGEST_USER_ID = 256;

    private final ChatRequest request;
    private final JsonNode in;
    private final Target target;
    private final Model model;
    private final ObjectNode out = Json.object();

    private MessagesRequest(ChatRequest request, Target target, Model model) {
        this.request = request;
        this.in = request.tree();
        this.target = target;
        this.model = model;
    }

    /**
     * The body for Anthropic's own API.
     *
     * @throws UnsupportedRequest if the request asks for what the API or the model does not offer
     */
    static ObjectNode body(ChatRequest request, Target target) {
        ObjectNode body = Json.object().put("model", target.model());
        body.setAll(new MessagesRequest(request, target, Models.of(target)).encode());
        return body;
    }

    /**
     * The body for Claude on Vertex AI, where the model stands in the URL and the version in the body.
     *
     * @throws UnsupportedRequest if the request asks for what the API or the model does not offer
     */
    static ObjectNode vertexBody(ChatRequest request, Target target) {
        ObjectNode body = Json.object().put("anthropic_version", VERTEX_VERSION);
        body.setAll(new MessagesRequest(request, target, Models.onVertex(target)).encode());
        return body;
    }

    private ObjectNode encode() {
        Unsupported.refuseIn(in);
        Messages messages = Messages.of(in.path("messages"), model, !refused(Refusals.THINKING_BLOCKS));
        int limit = limit();
        out.put("max_tokens", maxTokens(limit));
        if (request.stream()) {
            out.put("stream", true);
        }
        addSystem(messages.system());
        out.set("messages", messages.turns());
        new Tools(in, model).addTo(out, messages.calledTools());
        addJsonSchema();
        CacheControl.keep(in, out);
        boolean excluded = Tools.isForced(out.path("tool_choice")) && !thinksBesideForcedTool();
        if (!thinking(excluded).addTo(out, !excluded && !lacksThinking(messages), thinkingLimit(limit))) {
            addSampling();
        }
        addStop();
        addUser();
        return out;
    }

    private int limit() {
        Integer configured = target.provider().maxOutputTokens().forModel(target.model());
        Integer most = target.provider().model(target.model()).maxOutput();
        int limit = configured == null ? model.limit() : Math.min(configured, model.limit());
        return most == null ? limit : Math.min(most, limit);
    }

    private int maxTokens(int limit) {
        Integer configured = target.provider().maxOutputTokens().forModel(target.model());
        int byDefault = configured == null ? model.defaultTokens() : configured;
        Integer asked = request.maxTokens();
        return Math.min(asked == null ? byDefault : asked, limit);
    }

    /** {@code max_completion_tokens} counts thinking, too, as the API's own limit does; only the older field may grow by it. */
    private int thinkingLimit(int limit) {
        return in.hasNonNull("max_completion_tokens") ? maxTokens(limit) : limit;
    }

    private void addSystem(ArrayNode system) {
        if (AnthropicJson.of(in, model) == AnthropicJson.INSTRUCTION) {
            system.add(Content.text(AnthropicJson.words(in)));
        }
        if (!system.isEmpty()) {
            out.set("system", system);
        }
    }

    private void addJsonSchema() {
        AnthropicJson way = AnthropicJson.of(in, model);
        boolean loosened = way != AnthropicJson.SCHEMA
                && model.can(Feature.JSON_SCHEMA)
                && AnthropicJson.schema(in).isObject();
        if (loosened) {
            StrictLimits.loosened();
        } else if (way == AnthropicJson.SCHEMA) {
            ObjectNode format = Json.object().put("type", "json_schema");
            format.set("schema", Schema.ofAnswer(AnthropicJson.schema(in)));
            out.putObject("output_config").set("format", format);
        }
    }

    private boolean thinksBesideForcedTool() {
        return model.can(Feature.FORCED_THINKING) && !refused(Refusals.FORCED_THINKING);
    }

    private boolean refused(String part) {
        return target.quirks().refused().contains(part);
    }

    /** A model that thinks unasked is told not to where it turned out that it must not. */
    private Effort thinking(boolean excluded) {
        boolean unasked = excluded && model.can(Feature.FORCED_THINKING);
        JsonNode effort = in.path("reasoning_effort");
        String asked = effort.isMissingNode() || effort.isNull() ? null : effort.asText();
        return new Effort(model, asked == null && unasked ? "none" : asked);
    }

    /** With a budget, a turn that called tools must begin with its reasoning, or the API refuses the request. */
    private boolean lacksThinking(Messages messages) {
        return model.thinking() == Model.Thinking.BUDGET && messages.lastCallLacksThinking();
    }

    /** Newer models refuse {@code top_p} beside {@code temperature}. */
    private void addSampling() {
        if (!model.can(Feature.SAMPLING)) {
            return;
        }
        Double temperature = number("temperature");
        if (temperature != null) {
            out.put("temperature", Math.min(temperature, 1));
        } else if (number("top_p") != null) {
            out.set("top_p", in.path("top_p"));
        }
        if (number("top_k") != null) {
            out.set("top_k", in.path("top_k"));
        }
    }

    private @Nullable Double number(String field) {
        JsonNode value = in.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        } else if (!value.isNumber()) {
            throw new UnsupportedRequest("'" + field + "' must be a number.", field);
        }
        return value.asDouble();
    }

    /** The API refuses sequences of white space alone. */
    private void addStop() {
        JsonNode stop = in.path("stop");
        ArrayNode sequences = Json.array();
        for (JsonNode one : stop.isTextual() ? List.of(stop) : stop) {
            if (one.isTextual() && !one.textValue().isBlank()) {
                sequences.add(one);
            }
        }
        if (!sequences.isEmpty()) {
            out.set("stop_sequences", sequences);
        }
    }

    private void addUser() {
        String user = in.path("safety_identifier").asText(in.path("user").asText(""));
        if (!user.isBlank()) {
            String id = user.length() <= LONGEST_USER_ID ? user : user.substring(0, LONGEST_USER_ID);
            out.putObject("metadata").put("user_id", id);
        }
    }
}
