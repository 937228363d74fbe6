package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.UsageDetails;

/**
 * Takes an answer in order: {@code begin}, then blocks, of which each choice has one open at a time, then {@code finish}
 * for each choice, then {@code end}. Or it breaks off with {@code failed}, at any time.
 */
public interface AnswerSink {

    default String contentType() {
        return StreamWriter.EVENT_STREAM;
    }

    void begin(Head head);

    void open(Block block);

    /**
     * More of an open block.
     *
     * @param logprobs of the tokens of a text, in OpenAI's form; may be empty or missing
     */
    void more(Block block, String text, JsonNode logprobs);

    /** A source that an open text names, in OpenAI's form. */
    default void annotated(Block block, JsonNode annotation) {}

    void close(Block block);

    /**
     * Which of the request's stop sequences ended a choice, where the provider tells it; before its {@code finish}.
     *
     * @param sequence as the request has it
     */
    default void stopped(int choice, String sequence) {}

    /**
     * Where the provider may have told in its own word how a choice ended; before its {@code finish}.
     *
     * @param hubsChoice to be asked with {@code FinishReasons.own}
     */
    default void worded(int choice, JsonNode hubsChoice) {}

    /** @param reason stop, length, tool_calls, content_filter or malformed_function_call */
    void finish(int choice, String reason);

    /**
     * In which of OpenAI's service tiers the provider answered, where it tells; before the {@code end}.
     *
     * @param tier OpenAI's word
     */
    default void served(String tier) {}

    /** @param usage the provider's, or an estimate where it reported none */
    void end(UsageDetails usage);

    /** As {@link StreamWriter#passed}. */
    default boolean passed(byte[] data) {
        return false;
    }

    default void allPassed() {}

    default void keepAlive() {}

    default void failed(ApiError error, String requestId) {}
}
