package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.ErrorAnswer;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.ModelPage;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.ServedModel;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.client.TokenCount;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.util.List;
import java.util.Map;

/** {@code POST /v1beta/models/<model>:<method>} and {@code GET /v1beta/models}, also under {@code /v1}. */
public final class Gemini implements Surface {

    @Override
    public String name() {
        return "gemini";
    }

    @Override
    public ClientRequest read(RawRequest request) throws InvalidRequest {
        Action action = Action.of(request);
        Value body = body(request);
        return switch (action.method()) {
            case "generateContent" -> new GenerateRequest(body, action, request.received());
            case "streamGenerateContent" -> new GenerateRequest(body, action, request.received());
            case "embedContent" -> EmbedRequest.one(body, action.model());
            case "batchEmbedContents" -> EmbedRequest.batch(body, action.model());
            default -> throw action.unknown();
        };
    }

    private static Value body(RawRequest request) throws InvalidRequest {
        Value body = Value.body(request.body(), Value.Notation.BRACKETS);
        Keys.unambiguous(body);
        return body;
    }

    /**
     * A question for the length of a prompt: {@code countTokens}.
     *
     * @throws InvalidRequest if it is not well formed
     */
    public TokenCount readCount(RawRequest request) throws InvalidRequest {
        Value body = body(request);
        Value inner = Keys.at(body, "generateContentRequest");
        RequestReader reader = new RequestReader(inner.isSet() ? inner : body, Action.of(request));
        return new TokenCount(
                reader.hub().build(request.received()),
                tokens -> Json.bytes(Json.object().put("totalTokens", tokens)));
    }

    @Override
    public byte[] passedOn(byte[] body) {
        return Foreign.replacedIn(body);
    }

    @Override
    public List<List<String>> outputBound() {
        return List.of(Keys.spellings("generationConfig"), Keys.spellings("maxOutputTokens"));
    }

    @Override
    public ErrorAnswer error(int status, ApiError error, ObjectNode more, String requestId) {
        ObjectNode body = Errors.body(status, error);
        ((ObjectNode) body.path("error")).setAll(more);
        return new ErrorAnswer(status, Map.of("Content-Type", "application/json"), Json.bytes(body));
    }

    /** Google's Python client takes a comment for an answer. */
    @Override
    public boolean readsComments() {
        return false;
    }

    @Override
    public byte[] models(List<ServedModel> models, Lookup query) {
        String token = query.get("pageToken");
        ModelPage asked =
                ModelPage.after(models, token == null || token.isEmpty() ? null : token, query.get("pageSize"));
        List<ObjectNode> cards = asked.models().stream().map(Gemini::card).toList();
        ObjectNode page = Json.object();
        page.putArray("models").addAll(cards);
        if (asked.more()) {
            page.put("nextPageToken", asked.models().get(cards.size() - 1).id());
        }
        return Json.bytes(page);
    }

    @Override
    public byte[] model(ServedModel model) {
        return Json.bytes(card(model));
    }

    private static ObjectNode card(ServedModel model) {
        ObjectNode card = Json.object()
                .put("name", "models/" + model.id())
                .put("version", "1")
                .put("displayName", model.id());
        if (model.context() != null) {
            card.put("inputTokenLimit", model.context());
        }
        if (model.maxOutput() != null) {
            card.put("outputTokenLimit", model.maxOutput());
        }
        card.putArray("supportedGenerationMethods")
                .add("generateContent")
                .add("countTokens")
                .add("embedContent");
        return card;
    }
}
