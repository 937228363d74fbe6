package dev.loom.gateway.testing;

import static dev.loom.gateway.testing.Voice.json;
import static dev.loom.gateway.testing.Voice.quoted;

import java.util.ArrayList;
import java.util.List;

/** How Gemini speaks on Vertex AI and on Google AI Studio, which differ in embeddings only. */
public final class GeminiVoice implements Voice {

    private final boolean studio;

    public GeminiVoice(boolean studio) {
        this.studio = studio;
    }

    @Override
    public String answer(Said said) {
        String usage = json("'usageMetadata':{'promptTokenCount':5,'candidatesTokenCount':7,'totalTokenCount':12}");
        if (said.isRefusal()) {
            return json(
                    "{'promptFeedback':{'blockReason':'SAFETY','blockReasonMessage':%s},%s}",
                    quoted(said.text()), usage);
        }
        List<String> parts = new ArrayList<>();
        if (!said.reasoning().isEmpty()) {
            parts.add(json("{'thought':true,'text':%s}", quoted(said.reasoning())));
        }
        if (!said.text().isEmpty()) {
            parts.add(json("{'text':%s}", quoted(said.text())));
        }
        said.calls()
                .forEach(call ->
                        parts.add(json("{'functionCall':{'name':'%s','args':%s}}", call.name(), call.arguments())));
        return json(
                "{'candidates':[{'content':{'role':'model','parts':[%s]},'finishReason':'%s'}],%s}",
                String.join(",", parts), said.end().equals("length") ? "MAX_TOKENS" : "STOP", usage);
    }

    @Override
    public List<String> events(Said said) {
        return List.of("data: " + answer(said) + "\r\n\r\n");
    }

    @Override
    public String error(int status, String message) {
        return json("{'error':{'code':%d,'message':'%s','status':'%s'}}", status, message, word(status));
    }

    private static String word(int status) {
        return switch (status) {
            case 400 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            default -> "UNAVAILABLE";
        };
    }

    @Override
    public String embeddings() {
        if (studio) {
            return json("{'embeddings':[{'values':[1]},{'values':[2]}]}");
        }
        return json("{'predictions':[{'embeddings':{'values':[1],'statistics':{'token_count':1}}},"
                + "{'embeddings':{'values':[2],'statistics':{'token_count':1}}}]}");
    }
}
