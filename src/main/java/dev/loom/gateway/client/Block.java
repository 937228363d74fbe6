package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.loom.gateway.provider.Json;
import org.jspecify.annotations.Nullable;

/** A piece of an answer that a client sees as one: some reasoning, a text, a refusal, a picture, a call of a tool. */
public final class Block {

    public enum Kind {
        REASONING,
        TEXT,
        REFUSAL,
        /** A picture; its text is a data URI, and comes at once. */
        IMAGE,
        /** Its text is the arguments: JSON, as far as the model kept to that. */
        CALL
    }

    private static final String DATA = "data:";
    private static final String BASE64 = ";base64,";

    private final Kind kind;
    private final int choice;
    private final String id;
    private final StringBuilder text = new StringBuilder();
    private final ArrayNode annotations = Json.array();
    private final ArrayNode logprobs = Json.array();
    private String name = "";
    private @Nullable JsonNode signed;
    private @Nullable JsonNode extra;
    private boolean cut;

    Block(Kind kind, int choice, String id) {
        this.kind = kind;
        this.choice = choice;
        this.id = id;
    }

    public Kind kind() {
        return kind;
    }

    /** Of which of the answer's choices it is a part. */
    public int choice() {
        return choice;
    }

    /** Of a call, else empty. */
    public String id() {
        return id;
    }

    /** Of a call's tool, else empty. */
    public String name() {
        return name;
    }

    void name(String toolsName) {
        name = toolsName;
    }

    /** So far. */
    public String text() {
        return text.toString();
    }

    /** Of the text so far, in characters. */
    public int length() {
        return text.length();
    }

    /** Of a picture: {@code image/png}. */
    public String mediaType() {
        return text.substring(DATA.length(), text.indexOf(BASE64));
    }

    /** Of a picture, in Base64. */
    public String data() {
        return text.substring(text.indexOf(BASE64) + BASE64.length());
    }

    /** Whether an address holds a picture. */
    static boolean isPicture(String url) {
        return url.startsWith(DATA + "image/") && url.contains(BASE64);
    }

    void append(String more) {
        text.append(more);
    }

    /** Reasoning as its provider signed it, in Anthropic's form; known at the latest when the block is closed. */
    public @Nullable JsonNode signed() {
        return signed;
    }

    void sign(JsonNode thinkingBlock) {
        signed = thinkingBlock;
    }

    /** What a call's provider wants back with it; known at the latest when the block is closed. */
    public @Nullable JsonNode extra() {
        return extra;
    }

    void extra(JsonNode extraContent) {
        extra = extraContent;
    }

    /** True once it is known that the answer ended within this block. */
    public boolean isCut() {
        return cut;
    }

    void cut() {
        cut = true;
    }

    /** Of a text, in OpenAI's form. */
    public ArrayNode annotations() {
        return annotations;
    }

    /** Of the tokens of a text, in OpenAI's form. */
    public ArrayNode logprobs() {
        return logprobs;
    }
}
