package dev.loom.gateway.camel.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.serialization.JsonNodeReader;
import com.networknt.schema.utils.JsonNodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.spi.Resource;

/**
 * Beans that a file defines. Camel puts them in the place of others of the same name, and takes them away with the file: a
 * bean of the gateway, or of another file, would then be gone for good.
 */
final class OwnBeans {

    /** Names of the gateway's own begin with it. */
    private static final String OURS = "loom";

    private OwnBeans() {}

    /** Those with a name of the gateway's, each with its line; empty if there is none. */
    static List<String> problems(Resource file) {
        List<String> problems = new ArrayList<>();
        lines(file).forEach((name, line) -> {
            if (name.startsWith(OURS)) {
                problems.add("line " + line + ": the bean '" + name + "': names that begin with " + OURS
                        + " belong to the gateway; give yours another name");
            }
        });
        return problems;
    }

    /** Those with a name of another file's, each with its line and that file; empty if there is none. */
    static List<String> taken(Resource file, Collection<Resource> others) {
        Map<String, Integer> own = lines(file);
        List<String> problems = new ArrayList<>();
        for (Resource other : own.isEmpty() ? List.<Resource>of() : others) {
            lines(other).keySet().stream()
                    .filter(own::containsKey)
                    .map(name -> "line " + own.get(name) + ": the name '" + name + "' is taken by a bean of "
                            + other.getLocation().replaceFirst("^file:", "") + "; give yours another name")
                    .forEach(problems::add);
        }
        return problems;
    }

    /** Of each bean, by its name. */
    private static Map<String, Integer> lines(Resource file) {
        Map<String, Integer> beans = new LinkedHashMap<>();
        JsonNodeReader lines = JsonNodeReader.builder().locationAware().build();
        try {
            for (JsonNode item : lines.readTree(RouteTexts.text(file), InputFormat.YAML)) {
                for (JsonNode bean : item.path("beans")) {
                    JsonNode name = bean.path("name");
                    if (name.isValueNode()) {
                        beans.put(name.asText(), JsonNodes.tokenLocationOf(name).getLineNr());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return beans;
    }
}
