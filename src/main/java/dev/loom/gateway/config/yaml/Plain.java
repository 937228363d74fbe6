package dev.loom.gateway.config.yaml;

import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Scalar;
import dev.loom.gateway.config.yaml.Yaml.Sequence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values that the gateway passes on without knowing them: as maps, lists, texts, numbers and booleans, as JSON has them. */
final class Plain {

    private static final String NUMBER = "-?(0|[1-9]\\d{0,300})(\\.\\d{1,300})?([eE][-+]?\\d{1,3})?";

    private Plain() {}

    /** Null where nothing is written, and for what cannot be read. */
    static @Nullable Object of(Yaml value) {
        if (value instanceof Mapping map) {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            for (Map.Entry<String, Entry> entry : map.entries().entrySet()) {
                plain.put(entry.getKey(), of(entry.getValue().value()));
            }
            return plain;
        }
        if (value instanceof Sequence list) {
            List<@Nullable Object> plain = new ArrayList<>();
            list.items().forEach(item -> plain.add(of(item)));
            return plain;
        }
        return value instanceof Scalar scalar ? scalar(scalar) : null;
    }

    private static @Nullable Object scalar(Scalar scalar) {
        String text = scalar.text();
        if (scalar.plain() && scalar.isNull()) {
            return null;
        }
        if (!scalar.untyped()) {
            return text;
        }
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return Boolean.valueOf(text);
        }
        return text.matches(NUMBER) ? new BigDecimal(text) : text;
    }
}
