package dev.loom.gateway.migration;

import dev.loom.gateway.config.yaml.UserFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** {@code --import-litellm config.yaml}: LiteLLM's configuration as ours, and what of it could not be carried over. */
public final class LiteLlm {

    private LiteLlm() {}

    /**
     * Writes our file to the one stream, and what was lost or has changed to the other.
     *
     * @return the exit code: 0, or 1 where the file cannot be read
     */
    public static int run(Path file, PrintStream out, PrintStream err) {
        try {
            Notes notes = new Notes();
            Map<String, Object> ours = converted(UserFile.text(file), notes);
            out.println("# Written by --import-litellm from " + file.getFileName() + "; check it with --validate.");
            out.print(new Dump(DumpSettings.builder()
                            .setDefaultFlowStyle(FlowStyle.BLOCK)
                            .setIndent(2)
                            .setIndicatorIndent(2)
                            .setIndentWithIndicator(true)
                            .setWidth(120)
                            .build())
                    .dumpToString(Map.of("ai_gateway", ours)));
            List<String> lines = notes.lines(file.toString());
            lines.forEach(err::println);
            err.println(
                    lines.isEmpty()
                            ? "Everything was carried over."
                            : "Look at each line above (" + lines.size() + ").");
            return 0;
        } catch (IOException e) {
            err.println(file + ": this file cannot be read: " + e.getMessage());
        } catch (YamlEngineException e) {
            err.println(file + place(e) + ": this is no valid YAML; correct it there, or shortly before");
        } catch (NothingToImport e) {
            err.println(file + ": " + e.getMessage());
        }
        return 1;
    }

    private static String place(YamlEngineException e) {
        return e instanceof MarkedYamlEngineException marked
                ? marked.getProblemMark()
                        .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                        .orElse("")
                : "";
    }

    /** The file has no models. */
    private static final class NothingToImport extends Exception {
        NothingToImport(String message) {
            super(message);
        }
    }

    private static Map<String, Object> converted(String text, Notes notes) throws NothingToImport {
        // This schema, unlike the usual one, has the merge key <<.
        LoadSettings settings =
                LoadSettings.builder().setSchema(new CoreSchema()).build();
        Item file = new Item(new Compose(settings).composeString(text).orElse(null));
        Item general = file.get("litellm_settings");
        List<Deployment> deployments =
                new Deployments(notes, general.get("request_timeout")).read(file.get("model_list"));
        if (deployments.isEmpty()) {
            throw new NothingToImport("there is no entry under model_list that can be carried over"
                    + String.join("", notes.lines("\nline")));
        }
        Providers providers = new Providers(deployments, notes);
        Map<String, Object> gateway = new LinkedHashMap<>();
        gateway.put("providers", providers.toYaml());
        new Routing(file.get("router_settings"), general, providers, notes).into(gateway);
        new Settings(file, notes).into(gateway);
        new Rest(notes).note(file, "");
        return gateway;
    }
}
