package dev.loom.gateway.provider;

import java.util.function.UnaryOperator;

/**
 * The words in which a provider told of an error inside an answer, for clients that speak its language.
 *
 * @param status that the error has as an answer of its own; 0 where its words do not say it
 * @param type OpenAI's or Anthropic's {@code type}, Google's {@code status}; empty where there is none
 * @param code empty where there is none; numbers as text
 */
public record Told(Language language, int status, String type, String code) {

    /** Whose form the error has. */
    public enum Language {
        OPENAI,
        ANTHROPIC,
        GOOGLE
    }

    Told map(UnaryOperator<String> change) {
        return new Told(language, status, change.apply(type), change.apply(code));
    }
}
