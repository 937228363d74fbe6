package dev.loom.gateway.camel.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.serialization.JsonNodeReader;
import com.networknt.schema.utils.JsonNodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.spi.Resource;

/**
 * Beans that a file defines. Camel puts them in the place of others of the same name, and takes them away with the file: a
 * bean of the gateway would then be gone for good.
 */
final class OwnBeans {

    /** Names of the gateway's own begin with it. */
    private static final String OURS = "loom";

    private OwnBeans() {}

    /** Those with a name of the gateway's, each with its line; empty if there is none. */
    static List<String> problems(Resource file) {
        List<String> problems = new ArrayList<>();
        JsonNodeReader lines = JsonNodeReader.builder().locationAware().build();
        try {
            for (JsonNode item : lines.readTree(RouteTexts.text(file), InputFormat.YAML)) {
                for (JsonNode bean : item.path("beans")) {
                    String name = bean.path("name").asText();
                    if (name.startsWith(OURS)) {
                        problems.add("line "
                                + JsonNodes.tokenLocationOf(bean.path("name")).getLineNr() + ": the bean '"
                                + name + "': names that begin with " + OURS
                                + " belong to the gateway; give yours another name");
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return problems;
    }
}
