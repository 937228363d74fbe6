package dev.loom.gateway.config.accounts;

import dev.loom.gateway.config.yaml.ScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code token_accounting.key}: what makes an account of a request. {@code client}, {@code header:NAME}, {@code jwt:CLAIM},
 * {@code body:user}, or several of them in braces with other text in between: {@code "{header:X-Org}:{jwt:sub}"}.
 */
public final class AccountKey {

    /** One part of an account's name. */
    public sealed interface Part {}

    /** The same for every request. */
    public record Text(String text) implements Part {}

    /** The name of the client's key in {@code server.api_keys}. */
    public record Client() implements Part {}

    public record Header(String name) implements Part {}

    public record Claim(String name) implements Part {}

    /** The field {@code user} of the request. */
    public record User() implements Part {}

    private static final String FORM =
            "must be client, header:NAME, jwt:CLAIM, body:user, or those in braces with text in between such as {header:X-Org}:{jwt:sub}, not ";

    private static final Pattern BRACED = Pattern.compile("\\{([^{}]*)}");

    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    static final ScalarType<String> TYPE = scalar -> {
        try {
            return new AccountKey(scalar.text()).text;
        } catch (IllegalArgumentException e) {
            throw new ScalarType.Invalid(FORM + scalar.shown());
        }
    };

    private final String text;
    private final List<Part> parts;

    /** @throws IllegalArgumentException if it has another form */
    public AccountKey(String text) {
        this.text = text;
        this.parts = text.indexOf('{') < 0 ? List.of(part(text)) : braced(text);
    }

    /** In their order; at least one. */
    public List<Part> parts() {
        return parts;
    }

    public boolean has(Class<? extends Part> kind) {
        return parts.stream().anyMatch(kind::isInstance);
    }

    private static List<Part> braced(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher braces = BRACED.matcher(text);
        int from = 0;
        while (braces.find()) {
            addText(parts, text.substring(from, braces.start()));
            parts.add(part(braces.group(1)));
            from = braces.end();
        }
        addText(parts, text.substring(from));
        requireTextBetween(parts, text);
        return List.copyOf(parts);
    }

    /** Otherwise one account could be written as another one. */
    private static void requireTextBetween(List<Part> parts, String text) {
        for (int i = 1; i < parts.size(); i++) {
            if (!(parts.get(i - 1) instanceof Text) && !(parts.get(i) instanceof Text)) {
                throw new IllegalArgumentException(text);
            }
        }
    }

    private static void addText(List<Part> parts, String text) {
        if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
            throw new IllegalArgumentException(text);
        }
        if (!text.isEmpty()) {
            parts.add(new Text(text));
        }
    }

    private static Part part(String text) {
        if (text.equals("client")) {
            return new Client();
        }
        if (text.equals("body:user")) {
            return new User();
        }
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1);
        if (text.startsWith("header:") && HEADER_NAME.matcher(name).matches()) {
            return new Header(name);
        }
        if (text.startsWith("jwt:") && !name.isBlank()) {
            return new Claim(name);
        }
        throw new IllegalArgumentException(text);
    }
}
