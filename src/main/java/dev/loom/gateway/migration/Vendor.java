package dev.loom.gateway.migration;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom LiteLLM means by the text before the first slash of a model.
 *
 * @param name of the provider that is written
 * @param type of that provider
 * @param baseUrl where the type has none of its own; null: the file must name it
 * @param variable of the environment that LiteLLM takes the key from when none is written
 * @param wildcards the models that {@code prefix/*} stands for, where their names are known
 */
record Vendor(String name, String type, @Nullable String baseUrl, String variable, List<String> wildcards) {

    private static final String OPENAI = "openai";
    private static final List<String> ANY = List.of("*");
    private static final List<String> GEMINI = List.of("gemini-*");

    private static final Map<String, Vendor> KNOWN = Map.ofEntries(
            Map.entry(
                    OPENAI,
                    new Vendor(
                            OPENAI,
                            OPENAI,
                            "",
                            "OPENAI_API_KEY",
                            List.of("gpt-*", "o1*", "o3*", "o4*", "text-embedding-*"))),
            Map.entry("azure", new Vendor("azure", "azure", null, "AZURE_API_KEY", ANY)),
            Map.entry("azure_ai", new Vendor("azure-ai", OPENAI, null, "AZURE_AI_API_KEY", ANY)),
            Map.entry("anthropic", new Vendor("anthropic", "anthropic", "", "ANTHROPIC_API_KEY", List.of("claude-*"))),
            Map.entry("vertex_ai", new Vendor("vertex", "vertex", "", "", List.of("gemini-*", "claude-*"))),
            Map.entry("gemini", new Vendor("gemini", "gemini", "", "GEMINI_API_KEY", GEMINI)),
            Map.entry("bedrock", new Vendor("bedrock", OPENAI, null, "AWS_BEARER_TOKEN_BEDROCK", ANY)),
            compatible("groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY"),
            compatible("mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
            compatible("deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
            compatible("xai", "https://api.x.ai/v1", "XAI_API_KEY"),
            compatible("together_ai", "https://api.together.ai/v1", "TOGETHERAI_API_KEY"),
            compatible("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
            compatible("perplexity", "https://api.perplexity.ai", "PERPLEXITYAI_API_KEY"),
            compatible("fireworks_ai", "https://api.fireworks.ai/inference/v1", "FIREWORKS_AI_API_KEY"),
            compatible("cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY"),
            compatible("nvidia_nim", "https://integrate.api.nvidia.com/v1", "NVIDIA_NIM_API_KEY"),
            compatible("deepinfra", "https://api.deepinfra.com/v1/openai", "DEEPINFRA_API_KEY"),
            compatible("ollama", "http://localhost:11434/v1", ""),
            compatible("lm_studio", null, ""),
            compatible("hosted_vllm", null, ""),
            compatible("litellm_proxy", null, "LITELLM_PROXY_API_KEY"));

    /** Other words for the same. */
    private static final Map<String, String> SAME = Map.of(
            "ollama_chat", "ollama",
            "vertex_ai_beta", "vertex_ai",
            "vllm", "hosted_vllm",
            "custom_openai", OPENAI,
            "openai_like", OPENAI,
            "text-completion-openai", OPENAI,
            "azure_text", "azure",
            "mistralai", "mistral");

    /** Null for a prefix that is not known. */
    static @Nullable Vendor of(String prefix) {
        return KNOWN.get(SAME.getOrDefault(prefix, prefix));
    }

    /** Of a model without a prefix. */
    static Vendor bare(String model) {
        Vendor vendor = KNOWN.get(model.startsWith("claude") ? "anthropic" : OPENAI);
        if (vendor == null) {
            throw new IllegalStateException("openai and anthropic are known");
        }
        return vendor;
    }

    private static Map.Entry<String, Vendor> compatible(String prefix, @Nullable String baseUrl, String variable) {
        return Map.entry(prefix, new Vendor(prefix.replace('_', '-'), OPENAI, baseUrl, variable, ANY));
    }

    boolean isAzure() {
        return type.equals("azure");
    }
}
