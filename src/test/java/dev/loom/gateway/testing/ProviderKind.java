package dev.loom.gateway.testing;

import java.util.Locale;

/** A column of the table of features: what is configured, and how the provider then speaks. */
public enum ProviderKind {
    OPENAI("OpenAI and compatible", "openai", "gpt-4o", "text-embedding-3-small", new OpenAiVoice()),
    AZURE("Azure OpenAI", "azure", "deployment", "deployment", new OpenAiVoice()),
    ANTHROPIC("Anthropic", "anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5", new AnthropicVoice()),
    VERTEX("Vertex AI: Gemini", "vertex", "gemini-2.5-flash", "text-embedding-005", new GeminiVoice(false)),
    GEMINI("Google AI Studio", "gemini", "gemini-2.5-flash", "gemini-embedding-001", new GeminiVoice(true)),
    VERTEX_CLAUDE(
            "Vertex AI: Claude",
            "vertex",
            "claude-sonnet-4-5@20250929",
            "claude-sonnet-4-5@20250929",
            new AnthropicVoice());

    public final String title;
    public final String type;
    public final String model;
    public final String embeddingModel;
    public final Voice voice;

    ProviderKind(String title, String type, String model, String embeddingModel, Voice voice) {
        this.title = title;
        this.type = type;
        this.model = model;
        this.embeddingModel = embeddingModel;
        this.voice = voice;
    }

    /** @param purpose what the provider is to be used for, so that its troubles do not get into the way of others */
    public String provider(String purpose) {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + purpose;
    }

    public boolean hasEmbeddings() {
        return !(voice instanceof AnthropicVoice);
    }

    /** An entry of {@code providers}, and one of {@code model_mapping} under the same name. */
    public String config(String purpose, int port) {
        String keys =
                switch (type) {
                    case "azure" -> "api_version: \"2024-10-21\", ";
                    case "vertex" -> "project_id: p, location: l, ";
                    default -> "";
                };
        return "  - {name: %1$s, type: %2$s, api_key: k, %3$sbase_url: \"http://127.0.0.1:%4$d/%1$s\", models: [%1$s]}\n"
                .formatted(provider(purpose), type, keys, port);
    }

    public String mapping(String purpose) {
        String sent = purpose.equals("embeddings") ? embeddingModel : model;
        return "  %1$s: {%1$s: \"%2$s\"}\n".formatted(provider(purpose), sent);
    }
}
