package dev.loom.gateway.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The type of a provider that is written by the name of its maker, or as other gateways call it. */
final class OtherTypes {

    /** Those whose API is OpenAI's; docs/providers/compatible.md has a file for most of them. */
    private static final Set<String> COMPATIBLE = Set.of(
            "bedrock",
            "cerebras",
            "deepseek",
            "fireworks",
            "groq",
            "huggingface",
            "litellm",
            "llamacpp",
            "lmstudio",
            "mistral",
            "nvidia",
            "ollama",
            "openrouter",
            "perplexity",
            "together",
            "vllm",
            "xai");

    private static final Map<String, String> NAMES = Map.of(
            "azureopenai", "azure",
            "claude", "anthropic",
            "google", "gemini, or vertex for Vertex AI",
            "googleaistudio", "gemini",
            "mock", "simulator",
            "openaicompatible", "openai");

    private OtherTypes() {}

    /** Nothing for a name that is not known. */
    static String hint(String written) {
        String name = written.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        if (COMPATIBLE.contains(name)) {
            return "; its API is OpenAI's: write openai, and its address as base_url";
        }
        String type = NAMES.get(name);
        return type == null ? "" : "; write " + type;
    }
}
