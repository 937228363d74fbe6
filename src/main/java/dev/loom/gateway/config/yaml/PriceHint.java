package dev.loom.gateway.config.yaml;

import dev.loom.gateway.config.yaml.Yaml.Scalar;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The key and the value for a price that is written for another number of tokens than 1,000. */
final class PriceHint {

    private static final Pattern KEY = Pattern.compile(
            "(input|output|cached)_(?:cost_|price_)?per_(?:(1m|million|1_?000_?000|mtok|m)|(?:1_)?token)(?:_tokens)?",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern NUMBER = Pattern.compile("\\d{1,12}\\.?\\d{0,15}([eE]-?\\d{1,2})?");

    private PriceHint() {}

    /** Nothing for any other key. The value of a variable is not told. */
    static String of(String key, Yaml value) {
        Matcher price = KEY.matcher(key);
        if (!price.matches()) {
            return "";
        }
        boolean perMillion = price.group(2) != null;
        boolean known = value instanceof Scalar scalar
                && scalar.written() == null
                && NUMBER.matcher(scalar.text()).matches();
        String ours = price.group(1).toLowerCase(Locale.ROOT) + "_per_1k";
        return "; prices here are for 1,000 tokens: write " + ours
                + (known
                        ? ": " + perThousand(((Scalar) value).text(), perMillion)
                        : " with " + (perMillion ? "a thousandth of" : "1,000 times") + " the value");
    }

    private static String perThousand(String price, boolean perMillion) {
        BigDecimal ours = new BigDecimal(price).scaleByPowerOfTen(perMillion ? -3 : 3);
        return ours.signum() == 0 ? "0" : ours.stripTrailingZeros().toPlainString();
    }
}
