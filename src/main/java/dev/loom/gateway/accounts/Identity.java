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

    /** Headers that hold secrets: the name of their owner is the account, never the secret. */
    private static final Set<String> SECRETS =
            Set.of("authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie");

    private final List<AccountKey.Part> parts;
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
        this.everyoneTrusted = config.trust().equals("anonymous");
        this.tokens = tokens;
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
            account.append(part instanceof AccountKey.Text text ? text.text() : name(value(part, asker)));
        }
        return name(account.toString());
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
        boolean whole = text.length() <= LONGEST && text.chars().allMatch(Identity::isPrintable);
        return whole ? text : shortened(text);
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
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
