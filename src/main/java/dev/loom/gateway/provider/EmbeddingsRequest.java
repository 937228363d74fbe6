package dev.loom.gateway.provider;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's request for embeddings: one input or many, each a text or a list of tokens. */
public final class EmbeddingsRequest implements ApiRequest {

    /** OpenAI's own bound for one request. */
    private static final int MOST_INPUTS = 2048;

    private static final int BYTES_PER_TOKEN = 4;

    private final byte[] body;
    private final ObjectNode tree;
    private final List<JsonNode> inputs;
    private final String format;

    private EmbeddingsRequest(byte[] body, ObjectNode tree) throws InvalidRequest {
        this.body = body;
        this.tree = tree;
        require(
                tree.path("model").isTextual()
                        && !tree.path("model").textValue().isBlank(),
                "model",
                "a text");
        this.inputs = inputs(tree.path("input"));
        this.format = tree.path("encoding_format").asText("float");
        require(format.equals("float") || format.equals("base64"), "encoding_format", "float or base64");
        JsonNode wanted = tree.path("dimensions");
        require(
                !tree.hasNonNull("dimensions") || (wanted.isInt() && wanted.intValue() > 0),
                "dimensions",
                "a whole number above 0");
    }

    /**
     * Reads a request body.
     *
     * @throws InvalidRequest if it is not a JSON object with a {@code model} and at least one {@code input}
     */
    public static EmbeddingsRequest parse(byte[] body) throws InvalidRequest {
        try {
            if (Json.strict(body) instanceof ObjectNode tree) {
                return new EmbeddingsRequest(body, tree);
            }
        } catch (IOException e) {
            throw InvalidRequest.notJson(e);
        }
        throw invalid("The request body must be a JSON object.", null);
    }

    /** A list of whole numbers is one input, of tokens; any other list is one of inputs. */
    private static List<JsonNode> inputs(JsonNode input) throws InvalidRequest {
        List<JsonNode> inputs = new ArrayList<>();
        if (input.isArray() && !isTokens(input)) {
            input.forEach(inputs::add);
        } else {
            inputs.add(input);
        }
        boolean texts = inputs.stream().allMatch(JsonNode::isTextual);
        require(
                !inputs.isEmpty() && (texts || inputs.stream().allMatch(EmbeddingsRequest::isTokens)),
                "input",
                "a text, a list of texts, a list of tokens or a list of those");
        require(inputs.size() <= MOST_INPUTS, "input", "a list of at most " + MOST_INPUTS + " entries");
        return List.copyOf(inputs);
    }

    private static boolean isTokens(JsonNode input) {
        boolean tokens = input.isArray() && !input.isEmpty();
        for (JsonNode token : input) {
            tokens &= token.isInt();
        }
        return tokens;
    }

    private static void require(boolean condition, String param, String wanted) throws InvalidRequest {
        if (!condition) {
            throw invalid("'" + param + "' must be " + wanted + ".", param);
        }
    }

    private static InvalidRequest invalid(String message, @Nullable String param) {
        return new InvalidRequest(ApiError.invalidRequest(message, param, null));
    }

    @Override
    public String surface() {
        return "embeddings";
    }

    @Override
    public byte[] body() {
        return body;
    }

    @JsonValue
    ObjectNode tree() {
        return tree;
    }

    @Override
    public EmbeddingsRequest reread(byte[] otherBody) throws InvalidRequest {
        return parse(otherBody);
    }

    @Override
    public String model() {
        return tree.path("model").textValue();
    }

    @Override
    public @Nullable String user() {
        return tree.path("user").textValue();
    }

    @Override
    public int promptBytes() {
        return inputs.stream().mapToInt(EmbeddingsRequest::bytes).sum();
    }

    private static int bytes(JsonNode input) {
        return input.isTextual()
                ? input.textValue().getBytes(StandardCharsets.UTF_8).length
                : input.size() * BYTES_PER_TOKEN;
    }

    /** Each a text, or an array of token numbers; at least one. */
    public List<JsonNode> inputs() {
        return inputs;
    }

    /** True if the client wants little-endian 32-bit floats in Base64 instead of lists of numbers. */
    public boolean base64() {
        return format.equals("base64");
    }

    /** Length that the vectors are to have, null where the model decides. */
    public @Nullable Integer dimensions() {
        return tree.hasNonNull("dimensions") ? tree.path("dimensions").intValue() : null;
    }

    @Override
    public byte[] bodyFor(String otherModel) {
        ObjectNode body = Json.object();
        body.setAll(tree);
        body.set("model", TextNode.valueOf(otherModel));
        return Json.bytes(body);
    }

    @Override
    public UpstreamRequest encode(Dialect dialect, Target target) {
        return Shaping.of(this, target).apply(dialect.encodeEmbeddings(this, target));
    }

    @Override
    public Completion decode(byte[] body, Dialect dialect, Target target) throws UnreadableAnswer {
        return dialect.decodeEmbeddings(body, this, target);
    }
}
