package dev.loom.gateway.provider;

import java.util.regex.Pattern;

/** Hides what looks like a key. Providers quote the key they refuse: "Incorrect API key provided: sk-ab***". */
public final class Redaction {

    private static final String MASK = "***";

    /** Each alternative begins at a fixed word or at the start of a token, so matching takes linear time. */
    private static final Pattern SECRET = Pattern.compile(
            String.join(
                    "|",
                    "(?<=\\bbearer )[^\\s\"',]++",
                    "(?<=\\bkey provided: )[^\\s\"',]++",
                    "(?<=\\b(?:api[-_ ]?key|authorization|password)[=:] ?)[^\\s\"'&,]{6,}+",
                    "(?<=\\b(?:key|token|secret)=)[^\\s\"'&,]{6,}+",
                    "(?<![\\w-])(?:sk|pk|rk|xai|nvapi|pplx|gsk|hf|r8|ghp)[-_][\\w.*-]{4,}+",
                    "(?<![\\w-])(?:AIza|ya29\\.|eyJ|AKIA)[\\w.*-]{8,}+",
                    "(?<![\\w-])(?=[\\w-]{0,200}+\\*{3})[\\w-]{0,200}+\\*{3,}+[\\w*-]*+",
                    "(?<![\\w-])(?=[A-Za-z]*+\\d)[A-Za-z0-9]{32,}+(?![\\w-])"),
            Pattern.CASE_INSENSITIVE);

    private Redaction() {}

    public static String mask(String text) {
        return SECRET.matcher(text).replaceAll(MASK);
    }
}
