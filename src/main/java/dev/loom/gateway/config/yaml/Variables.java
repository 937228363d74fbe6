package dev.loom.gateway.config.yaml;

import static java.util.Objects.requireNonNullElse;
import static java.util.stream.Collectors.toSet;

import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Scalar;
import dev.loom.gateway.config.yaml.Yaml.Sequence;
import dev.loom.gateway.config.yaml.Yaml.Unreadable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts values in the place of {@code ${NAME}} and {@code ${NAME:-default}}. As in a shell, the default also stands in
 * for an empty value. A second dollar sign before the brace makes the reference plain text. What becomes empty counts
 * as not written.
 */
public final class Variables {

    private static final Pattern REFERENCE = Pattern.compile("\\$(?:(\\$\\{)|\\{([^{}]*)\\}|\\{)");
    private static final Pattern CURLY_QUOTE = Pattern.compile("^[\\u201c\\u201d\\u201e\\u2018\\u2019]");
    private static final Pattern BODY = Pattern.compile("([A-Za-z_][A-Za-z0-9_.-]*)(?::-(.*))?", Pattern.DOTALL);
    private static final Pattern PROVIDER = Pattern.compile("ai_gateway\\.(routing\\.)?providers\\[\\d+]");

    private static final Pattern SECRET =
            Pattern.compile("\\.(api_key|key|hash|token|password|secret|connection_string)$");

    private final Function<String, @Nullable String> lookup;
    private final Problems problems;
    private final Set<String> disabled;

    /** @param gateway the tree below {@code ai_gateway}: says which providers may do without their variables */
    public Variables(Function<String, @Nullable String> lookup, Mapping gateway, Problems problems) {
        this.lookup = lookup;
        this.problems = problems;
        this.disabled = gateway.mappings("providers").stream()
                .filter(this::isDisabled)
                .map(Mapping::name)
                .collect(toSet());
    }

    private boolean isDisabled(Mapping provider) {
        return provider.value("enabled") instanceof Scalar enabled
                && substituted(enabled, true) instanceof Scalar value
                && value.text().equalsIgnoreCase("false");
    }

    public Mapping substituteIn(Mapping mapping) {
        return substituted(mapping, false);
    }

    private Mapping substituted(Mapping mapping, boolean optional) {
        boolean provider = PROVIDER.matcher(mapping.at().path()).matches();
        boolean mayBeUnset = provider ? disabled.contains(mapping.name()) : optional;
        Map<String, Entry> entries = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> {
            Yaml value = substituted(entry.value(), mayBeUnset);
            if (value != null) {
                entries.put(key, new Entry(entry.at(), value));
            }
        });
        return new Mapping(mapping.at(), entries);
    }

    private @Nullable Yaml substituted(Yaml node, boolean optional) {
        if (node instanceof Mapping mapping) {
            return substituted(mapping, optional);
        }
        if (node instanceof Sequence list) {
            return new Sequence(
                    list.at(),
                    list.items().stream()
                            .map(item -> substituted(item, optional))
                            .filter(Objects::nonNull)
                            .toList());
        }
        if (node instanceof Scalar scalar) {
            if (scalar.text().contains("${")) {
                return substituted(scalar, optional);
            }
            if (ForeignVariable.is(scalar.text())) {
                problems.warning(
                        scalar.at(),
                        "this looks like a variable of the environment, but is used as it stands; write ${NAME}");
            }
            if (CURLY_QUOTE.matcher(scalar.text()).find()) {
                problems.warning(
                        scalar.at(), "a curly quotation mark is a part of the text; write a straight one, \" or '");
            }
        }
        return node;
    }

    /** Null where nothing is left of the text. */
    private @Nullable Yaml substituted(Scalar scalar, boolean optional) {
        Matcher reference = REFERENCE.matcher(scalar.text());
        StringBuilder text = new StringBuilder();
        boolean complete = true;
        while (reference.find()) {
            String value = reference.group(1) != null ? "${" : value(reference.group(2), scalar.at(), optional);
            complete &= value != null;
            reference.appendReplacement(text, Matcher.quoteReplacement(requireNonNullElse(value, "")));
        }
        reference.appendTail(text);
        if (!complete) {
            return optional ? null : new Unreadable(scalar.at());
        }
        if (text.isEmpty() && !optional) {
            noteEmpty(scalar);
        }
        return text.isEmpty() ? null : new Scalar(scalar.at(), text.toString(), scalar.plain(), scalar.text());
    }

    /** Nothing is left of this text: that is meant where there is a default, and may be a mistake where there is none. */
    private void noteEmpty(Scalar scalar) {
        REFERENCE
                .matcher(scalar.text())
                .results()
                .map(reference -> reference.group(2))
                .filter(body -> body != null && !body.contains(":-"))
                .findFirst()
                .ifPresent(name -> problems.empty(scalar.at(), name));
    }

    /** Null where there is none, after the problem was reported. */
    private @Nullable String value(@Nullable String body, Place at, boolean optional) {
        Matcher parts = BODY.matcher(requireNonNullElse(body, ""));
        if (!parts.matches()) {
            problems.error(at, "write ${NAME} or ${NAME:-default} for a variable, and $${ for a literal ${");
            return null;
        }
        String value = lookup.apply(parts.group(1));
        boolean useDefault = parts.group(2) != null && (value == null || value.isEmpty());
        if (value == null && !useDefault && !optional) {
            problems.error(at, unset(parts.group(1), at));
        }
        return useDefault ? parts.group(2) : value;
    }

    /** Nobody writes a default into the file for what is secret. */
    private static String unset(String name, Place at) {
        String message = SECRET.matcher(at.path()).find()
                ? "the variable " + name + " is not set; set it before the start: export " + name + "=..."
                : "the variable " + name + " is not set; set it, or write ${" + name + ":-default}";
        return at.path().startsWith("ai_gateway.providers[")
                ? message + ", or switch the provider off with enabled: false"
                : message;
    }
}
