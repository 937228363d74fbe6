package dev.loom.gateway.accounts;

import dev.loom.gateway.config.accounts.AccountKey;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whose request it is, by {@code token_accounting.key}. What is not known, or not believed, is {@link #ANONYMOUS}.
 */
public final class Identity {

    /** Of whom nothing is known. */
    public static final String ANONYMOUS = "anonymous";

    /** Characters of an account's name; it stands in logs, metrics and the store. */
    static final int LONGEST = 128;

    /** Characters of a digest. */
    private static final int DIGEST = 12;

    /** Headers that hold secrets: the name of their owner is the account, never the secret. */
    private static final Set<String> SECRETS =
            Set.of("authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie");

    private final List<AccountKey.Part> parts;

    /** The characters of the texts between two parts; in a part they are written otherwise. */
    private final String between;

    private final boolean everyoneTrusted;
    private final Function<Asker, Claims> tokens;

    /** The claims of a token that is valid. */
    @FunctionalInterface
    public interface Claims {

        Claims NONE = name -> null;

        /** As text; null where there is none. */
        @Nullable
        String get(String name);
    }

    /** @param tokens verifies the token that a request shows */
    public Identity(TokenAccountingConfig config, Function<Asker, Claims> tokens) {
        this.parts = new AccountKey(config.key()).parts();
        this.between = between(parts);
        this.everyoneTrusted = config.trust().equals("anonymous");
        this.tokens = tokens;
    }

    private static String between(List<AccountKey.Part> parts) {
        StringBuilder between = new StringBuilder();
        for (int i = 1; i < parts.size() - 1; i++) {
            if (parts.get(i) instanceof AccountKey.Text text) {
                between.append(text.text());
            }
        }
        return between.toString();
    }

    /** What is to be believed of what somebody says: without a valid key, and without trust, nothing. */
    public Asker believed(Asker asker) {
        return everyoneTrusted || asker.client() != null ? asker : Asker.NOBODY;
    }

    /** The name of the account: printable, of at most {@value #LONGEST} characters. */
    public String account(Asker asker) {
        if (parts.size() == 1) {
            return name(value(parts.get(0), asker));
        }
        StringBuilder account = new StringBuilder();
        for (AccountKey.Part part : parts) {
            if (part instanceof AccountKey.Text text) {
                account.append(text.text());
            } else {
                append(account, name(value(part, asker)));
            }
        }
        return name(account.toString());
    }

    /** Nobody writes one part so that it reads as two: what stands between parts, and {@code %}, comes as {@code %3A}. */
    private void append(StringBuilder account, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!between.isEmpty() && (c == '%' || between.indexOf(c) >= 0)) {
                account.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            } else {
                account.append(c);
            }
        }
    }

    private @Nullable String value(AccountKey.Part part, Asker asker) {
        if (part instanceof AccountKey.Client) {
            return asker.client();
        }
        if (part instanceof AccountKey.Claim claim) {
            return tokens.apply(asker).get(claim.name());
        }
        if (part instanceof AccountKey.Header header) {
            return header(header.name(), asker);
        }
        return part instanceof AccountKey.User ? believed(asker).user() : ((AccountKey.Text) part).text();
    }

    private @Nullable String header(String name, Asker asker) {
        if (!SECRETS.contains(name.toLowerCase(Locale.ROOT))) {
            return believed(asker).header(name);
        }
        String client = asker.client();
        String secret = client == null ? believed(asker).header(name) : null;
        return secret == null ? client : "key-" + digest(secret);
    }

    /** As an account's name; one that has to be changed for it keeps a digest, so that no two become one. */
    public String name(@Nullable String value) {
        if (value == null || value.isBlank()) {
            return ANONYMOUS;
        }
        String text = value.strip();
        return isName(text) ? text : shortened(text);
    }

    /** Nobody may write what {@link #shortened} makes. */
    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPrintable(text.charAt(i))) {
                return false;
            }
        }
        int mark = text.length() - DIGEST - 1;
        return text.length() <= LONGEST && (mark < 0 || text.charAt(mark) != '~');
    }

    private static String shortened(String text) {
        String digest = digest(text);
        StringBuilder safe = new StringBuilder(LONGEST);
        for (int i = 0; i < text.length() && i < LONGEST - digest.length() - 1; i++) {
            safe.append(isPrintable(text.charAt(i)) ? text.charAt(i) : '?');
        }
        return safe.append('~').append(digest).toString();
    }

    private static boolean isPrintable(int c) {
        return c >= 0x20 && c < 0x7f;
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
