package dev.loom.gateway.migration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The values of a file of YAML, by their places, as {@code model_list[0].litellm_params.model}. */
@NullUnmarked
record Values(String yaml) {

    List<String> paths() {
        List<String> paths = new ArrayList<>();
        copy(load(), "", paths, null);
        return paths;
    }

    /** The same file, but for one value that is longer by a character. */
    String withAnother(String path) {
        return new Dump(DumpSettings.builder().build()).dumpToString(copy(load(), "", new ArrayList<>(), path));
    }

    static boolean isAtOrAbove(String place, String path) {
        return path.equals(place) || path.startsWith(place + ".") || path.startsWith(place + "[");
    }

    private Object load() {
        return new Load(LoadSettings.builder().build()).loadFromString(yaml);
    }

    private static Object copy(Object node, String path, List<String> paths, String changed) {
        if (node instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) ->
                    copy.put(key, copy(value, path.isEmpty() ? key + "" : path + "." + key, paths, changed)));
            return copy;
        }
        if (node instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(copy(item, path + "[" + copy.size() + "]", paths, changed)));
            return copy;
        }
        paths.add(path);
        return !path.equals(changed) ? node : node instanceof Integer number ? (Object) (number * 10 + 9) : node + "9";
    }
}
