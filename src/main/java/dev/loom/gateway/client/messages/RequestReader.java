package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.StrictSchema;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The fields of a request. Those that are not named here steer what only Anthropic does, and are left out. */
final class RequestReader {

    /** Fields by which a client asks for what happens at Anthropic. */
    private static final List<String> ANTHROPICS_OWN = List.of("container", "mcp_servers", "inference_geo");

    /** Characters; OpenAI refuses longer names of users. */
    private static final int LONGEST_USER = 64;

    private final Value in;
    private final HubRequest hub;

    RequestReader(RawRequest request) throws InvalidRequest {
        this.in = Value.body(request.body(), Value.Notation.DOTS);
        this.hub = new HubRequest(in.at("model").name(), in.at("stream").flag(false));
    }

    /** @param answered false where only the prompt counts */
    HubRequest read(boolean answered) throws InvalidRequest {
        system();
        in.at("messages").require(in.at("messages").json().size() > 0, "must be an array with at least one message.");
        for (Value message : in.at("messages").items()) {
            Turns.read(message, hub);
        }
        new ToolReader(hub).read(in);
        if (answered) {
            limit(in.at("max_tokens"));
            steering();
        }
        return hub;
    }

    private void system() throws InvalidRequest {
        Value system = in.at("system");
        Parts parts = new Parts();
        if (system.json().isTextual()) {
            parts.text(system.text(), system);
        } else {
            for (Value block : system.items()) {
                block.require(block.type().equals("text"), "must be a block of text.");
                ContentReader.keepCacheControl(
                        block, parts.text(block.at("text").text(), block));
            }
        }
        if (!parts.isEmpty()) {
            hub.message("system", system, parts);
        }
    }

    private void limit(Value tokens) throws InvalidRequest {
        if (tokens.count() == 0) {
            hub.unsaid(tokens, "is 0, which fills a cache at Anthropic; other providers have no counterpart.");
        }
        hub.copy(tokens, "max_completion_tokens");
    }

    private void steering() throws InvalidRequest {
        hub.copy(in.at("temperature"), "temperature");
        hub.copy(in.at("top_p"), "top_p");
        hub.copy(in.at("top_k"), "top_k");
        if (!in.at("stop_sequences").items().isEmpty()) {
            hub.copy(in.at("stop_sequences"), "stop");
        }
        Thinking.read(in, hub);
        format(
                in.at("output_config").at("format").isSet()
                        ? in.at("output_config").at("format")
                        : in.at("output_format"));
        String user = in.at("metadata").at("user_id").text("");
        if (!user.isBlank()) {
            hub.body().put("user", shortened(user));
        }
        for (String field : ANTHROPICS_OWN) {
            if (in.at(field).isSet() && !isEmptyList(in.at(field))) {
                hub.unsaid(in.at(field), "is for Anthropic; other providers have no counterpart.");
            }
        }
    }

    private static boolean isEmptyList(Value value) {
        return value.json().isArray() && value.json().isEmpty();
    }

    private void format(Value format) throws InvalidRequest {
        if (format.isSet()) {
            format.require(format.type().equals("json_schema"), "must be of the type json_schema.");
            JsonNode schema = format.at("schema").object();
            ObjectNode response = hub.body().putObject("response_format").put("type", "json_schema");
            response.putObject("json_schema")
                    .put("name", "answer")
                    .put("strict", StrictSchema.is(schema))
                    .set("schema", schema);
            hub.comesFrom("response_format", format);
        }
    }

    /** Who is who is all that matters, so a name that is too long is told apart by its hash. */
    private static String shortened(String user) {
        if (user.length() <= LONGEST_USER) {
            return user;
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(user.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
