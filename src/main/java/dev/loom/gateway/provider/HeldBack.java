package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** How much of a stream waits until something before it is whole, in all its choices. */
public final class HeldBack {

    /** Bytes. As much as a client would hardly wait for; arguments that a model writes have some thousands. */
    private static final long MOST = 16 << 20;

    /** Bytes that a call, or a delta, takes beside its text. */
    private static final int ENTRY = 256;

    /** Bytes that nodes of JSON take beside their texts, on a JVM with less than 32 GiB of memory. */
    private static final int CONTAINER = 128;

    private static final int FIELD = 40;
    private static final int VALUE = 32;

    private long bytes;

    /** Bytes that a piece takes while it waits, of which each character is counted as two. */
    public static long size(String text) {
        return 2L * text.length();
    }

    /** Bytes that a tree takes while it waits, more or less: several times those of its text. */
    public static long size(JsonNode tree) {
        long size = tree.isTextual() ? size(tree.textValue()) : 0;
        if (tree.isObject()) {
            for (Map.Entry<String, JsonNode> member : tree.properties()) {
                size += size(member.getKey(), member.getValue());
            }
        } else {
            for (JsonNode child : tree) {
                size += size(child);
            }
        }
        return size + (tree.isContainerNode() ? CONTAINER : VALUE);
    }

    /** The same of a member of an object. */
    public static long size(String key, JsonNode value) {
        return Math.max(FIELD, size(key)) + size(value);
    }

    public void add(long more) {
        bytes += more;
    }

    public void addEntry() {
        bytes += ENTRY;
    }

    public void release(long less) {
        bytes -= less;
    }

    public void releaseEntry() {
        bytes -= ENTRY;
    }

    public boolean isTooMuch() {
        return bytes > MOST;
    }

    public static String limit() {
        return (MOST >> 20) + " MiB";
    }
}
