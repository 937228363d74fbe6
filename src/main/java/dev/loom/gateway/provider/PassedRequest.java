package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that goes to a provider as it came, to the provider's path of the same name, whatever it asks for.
 *
 * @param surface the first part of the path, such as {@code audio}
 * @param path below the provider's version, with the query: {@code /audio/speech}
 * @param headers the client's
 * @param model empty where the client names none
 */
public record PassedRequest(String surface, String method, String path, Headers headers, Content content, String model)
        implements ApiRequest {

    private static final List<String> PASSED = List.of("Content-Type", "Content-Encoding", "Accept", "OpenAI-Beta");

    /** JSON as it came; of anything else the model alone. */
    @Override
    public byte[] body() {
        byte[] json = content.json();
        return json != null && json.length > 0 ? json : Json.bytes(Json.object().put("model", model));
    }

    @Override
    public ApiRequest reread(byte[] otherBody) throws InvalidRequest {
        if (!Json.lenient(otherBody).isObject()) {
            throw new InvalidRequest(ApiError.invalidRequest("The request body is not a JSON object.", null, null));
        }
        Content other = new JsonContent(otherBody);
        byte[] json = content.json();
        boolean replaced = json != null && json.length > 0;
        return new PassedRequest(surface, method, path, headers, replaced ? other : content, other.model());
    }

    @Override
    public byte[] bodyFor(String otherModel) {
        return Verbatim.withModel(body(), otherModel);
    }

    /** Of a form or a file it is not read. */
    @Override
    public @Nullable String user() {
        byte[] json = content.json();
        return json == null ? null : Json.lenient(json).path("user").textValue();
    }

    /** Of what is no JSON nobody knows how much of it is a prompt. */
    @Override
    public int promptBytes() {
        byte[] json = content.json();
        return json == null ? 0 : json.length;
    }

    /** Takes those of the client's headers over that say how its body and the answer are to be read. */
    public Map<String, String> headersOver(Map<String, String> providers) {
        Map<String, String> all = new LinkedHashMap<>(providers);
        all.put("Accept-Encoding", "identity");
        for (String name : PASSED) {
            String value = headers.get(name);
            if (value != null && !value.isBlank()) {
                all.put(name, value);
            }
        }
        return all;
    }

    /** In the words of chats or in those of responses; null where it counts nothing. */
    private static @Nullable Usage usage(JsonNode usage) {
        boolean chats = usage.has("prompt_tokens") || usage.has("completion_tokens");
        return Usage.reported(
                TokenFigure.of(usage.path(chats ? "prompt_tokens" : "input_tokens")),
                TokenFigure.of(usage.path(chats ? "completion_tokens" : "output_tokens")),
                0,
                0);
    }

    @Override
    public UpstreamRequest encode(Dialect dialect, Target target) {
        return dialect.pass(this, target);
    }

    @Override
    public Completion decode(byte[] body, Dialect dialect, Target target) {
        return new Completion(body, usage(Json.lenient(body).path("usage")));
    }
}
