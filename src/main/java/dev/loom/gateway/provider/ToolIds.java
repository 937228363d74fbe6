package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ids of one conversation's tool calls, in a form that a provider takes. An id that has the form stays; another is
 * rewritten, always in the same way, so that a provider can find the beginning of a conversation in its cache. A result
 * keeps to its call, and different calls stay apart, even where their ids differ in what the form has no letters for.
 */
public final class ToolIds {

    /**
     * What ids may look like.
     *
     * @param letters what stands within the brackets of a regular expression
     * @param least characters
     * @param most characters
     * @param unique two calls must not have the same id, as happens to those who count within one answer
     */
    public record Form(String letters, int least, int most, boolean unique) implements Change {

        @Override
        public boolean mayChange(ChatRequest request) {
            int longest = request.longestId();
            return longest > most || (longest > 0 && !letters.equals(ANY));
        }

        @Override
        public void applyTo(ObjectNode body) {
            ToolIds ids = new ToolIds(this);
            for (JsonNode message : body.path("messages")) {
                for (JsonNode call : message.path("tool_calls")) {
                    if (call instanceof ObjectNode named && call.path("id").isTextual()) {
                        named.put("id", ids.ofCall(call.path("id").textValue()));
                    }
                }
                if (message instanceof ObjectNode result
                        && message.path("tool_call_id").isTextual()) {
                    result.put(
                            "tool_call_id",
                            ids.ofResult(message.path("tool_call_id").textValue()));
                }
            }
        }
    }

    /** Every character. */
    static final String ANY = "\\s\\S";

    /** Of a hash in base 36: collisions are not to be expected, and are seen to. */
    private static final int DIGITS = 12;

    private final Form form;
    private final Pattern allowed;
    private final Map<String, String> sentById = new HashMap<>();
    private final Set<String> used = new HashSet<>();

    public ToolIds(Form form) {
        this.form = form;
        this.allowed = Pattern.compile("[" + form.letters + "]{" + form.least + "," + form.most + "}");
    }

    /** An id in this form, without regard to others: one that must be rewritten has a hash of what it was. */
    public static String fitting(String id, Form form) {
        ToolIds ids = new ToolIds(form);
        return ids.allowed.matcher(id).matches() ? id : ids.rewritten(id, 0);
    }

    /** The id of a call, which may be one that an earlier call had, too. */
    public String ofCall(String id) {
        String known = sentById.get(id);
        if (known != null && !form.unique) {
            return known;
        }
        String sent = free(id);
        used.add(sent);
        sentById.put(id, sent);
        return sent;
    }

    /** The id of the last call that had this one; where there was none, as of a call. */
    public String ofResult(String id) {
        String known = sentById.get(id);
        return known != null ? known : ofCall(id);
    }

    private String free(String id) {
        String sent = allowed.matcher(id).matches() ? id : rewritten(id, null);
        for (int salt = 1; used.contains(sent); salt++) {
            sent = rewritten(id, salt);
        }
        return sent;
    }

    /** @param salt for another form of the same id; null for the plainest */
    private String rewritten(String id, @Nullable Integer salt) {
        String plain = id.replaceAll("[^" + form.letters + "]", form.least < form.most ? "_" : "");
        if (salt == null && allowed.matcher(plain).matches() && form.least < form.most) {
            return plain;
        }
        String digits = digits(id + (salt == null ? "" : "\0" + salt));
        int kept = form.most - DIGITS - 1;
        return kept <= 0
                ? digits.substring(0, form.most)
                : plain.substring(0, Math.min(plain.length(), kept)) + "_" + digits;
    }

    private static String digits(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            String digits = new BigInteger(1, hash).toString(Character.MAX_RADIX);
            return digits.substring(digits.length() - DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
