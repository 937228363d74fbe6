package dev.loom.gateway.provider;

import java.util.Map;
import java.util.TreeMap;

/** Headers of a made-up answer. */
public final class TestHeaders {

    private TestHeaders() {}

    public static Headers of(String... namesAndValues) {
        Map<String, String> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return map::get;
    }
}
