package dev.loom.gateway.provider.gemini;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.openai.OpenAi;
import org.jspecify.annotations.Nullable;

/** Where Vertex AI's models are. */
final class VertexUrls {

    private static final String GLOBAL = "global";

    private VertexUrls() {}

    static String gemini(ProviderConfig provider, String model, boolean stream) {
        return model(provider, "google", model) + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
    }

    static String claude(ProviderConfig provider, String model, boolean stream) {
        return model(provider, "anthropic", model) + (stream ? ":streamRawPredict" : ":rawPredict");
    }

    static String embeddings(ProviderConfig provider, String model) {
        return model(provider, "google", model) + (Embeddings.isPredicted(model) ? ":predict" : ":embedContent");
    }

    /**
     * A publisher's model. Without a {@code project_id} it is that of the project to which the API key belongs, which
     * Google calls express mode.
     */
    private static String model(ProviderConfig provider, String publisher, String model) {
        String name = "/publishers/" + publisher + "/models/" + UrlSegment.ofModel(model);
        return root(provider) + "/v1" + project(provider) + name;
    }

    /** Google lists its models in v1beta1 only; one entry will do to see that the address and the credentials are right. */
    static String models(ProviderConfig provider) {
        return root(provider) + "/v1beta1/publishers/google/models?pageSize=1";
    }

    private static String project(ProviderConfig provider) {
        String project = text(provider.projectId(), "");
        String location = text(provider.location(), GLOBAL);
        return project.isEmpty() ? "" : "/projects/" + UrlSegment.of(project) + "/locations/" + UrlSegment.of(location);
    }

    private static String text(@Nullable String text, String otherwise) {
        return text == null || text.isBlank() ? otherwise : text;
    }

    /** {@code base_url} without the version that a user may have written after it. */
    private static String root(ProviderConfig provider) {
        return OpenAi.baseUrl(provider).replaceFirst("/v1(beta1)?/?$", "");
    }
}
