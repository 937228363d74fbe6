package dev.loom.gateway.config.yaml;

import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Scalar;
import dev.loom.gateway.config.yaml.Yaml.Sequence;
import dev.loom.gateway.config.yaml.Yaml.Unreadable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Makes a {@link Yaml} tree of one file: YAML 1.2, with anchors, aliases and {@code <<}. */
public final class YamlParser {

    /** Far below what a bomb of aliases expands to. */
    private static final int MAX_NODES = BoundedEvents.MAX_VALUES;

    /** Ends the walk through an alias that contains itself, too. */
    private static final int MAX_DEPTH = 50;

    private final Place start;
    private final Problems problems;
    private int nodes;

    public YamlParser(Source source, Problems problems) {
        this.start = source.start();
        this.problems = problems;
    }

    /**
     * The tree, or null after a problem was reported. Not a word of the text appears in a problem. Long, since each mistake is
     * caught by its own type.
     */
    @Nullable
    public Yaml parse(String text) {
        YamlMistake space = YamlMistake.unusualSpace(text);
        if (space != null) {
            report(space);
            return null;
        }
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true) // so that we say ourselves where it is
                .setMaxAliasesForCollections(MAX_NODES)
                .setCodePointLimit(Integer.MAX_VALUE) // the file's size is limited
                .build();
        try {
            Node root = new Composer(settings, new BoundedEvents(settings, text, MAX_DEPTH))
                    .getSingleNode()
                    .orElse(null);
            return root == null ? new Scalar(start, "", true, null) : convert(root, start, 0);
        } catch (BoundedEvents.Beyond e) {
            report(YamlMistake.beyond(e));
        } catch (MarkedYamlEngineException e) {
            report(YamlMistake.of(e, text));
        } catch (ReaderException e) {
            report(YamlMistake.of(e, text));
        } catch (TooLarge e) {
            problems.error(
                    e.at,
                    "aliases make this file too large or too deep: at most " + MAX_NODES + " nodes, " + MAX_DEPTH
                            + " levels");
        } catch (YamlEngineException e) {
            problems.error(start, "this is no valid YAML");
        }
        return null;
    }

    private void report(YamlMistake mistake) {
        problems.error(start.movedTo(mistake.line(), mistake.column()), mistake.message());
    }

    private Yaml convert(Node node, Place path, int depth) {
        Place at = node.getStartMark().map(mark -> moved(path, mark)).orElse(path);
        if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
            throw new TooLarge(at);
        }
        if (!node.getTag().getValue().startsWith(Tag.PREFIX) && !node.getTag().equals(Tag.ENV_TAG)) {
            problems.error(at, "YAML tags are not supported here; put quotes around text that begins with !");
        }
        if (node instanceof MappingNode mapping) {
            if (isInDoubleBraces(mapping)) {
                problems.error(at, "{{...}} is no variable here; write ${NAME} for one of the environment");
                return new Unreadable(at);
            }
            return new Mapping(at, entries(mapping, at, depth));
        }
        if (node instanceof SequenceNode sequence) {
            return new Sequence(at, items(sequence, at, depth));
        }
        ScalarNode scalar = (ScalarNode) node;
        return new Scalar(at, scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN, null);
    }

    /** {@code {{env:NAME}}}, as Camel and others write a variable, is for YAML a map with a map for a key. */
    private static boolean isInDoubleBraces(MappingNode mapping) {
        return mapping.getFlowStyle() == FlowStyle.FLOW
                && mapping.getValue().size() == 1
                && mapping.getValue().get(0).getKeyNode() instanceof MappingNode;
    }

    private List<Yaml> items(SequenceNode sequence, Place at, int depth) {
        List<Yaml> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            items.add(convert(item, at.item(items.size()), depth + 1));
        }
        return items;
    }

    private Map<String, Entry> entries(MappingNode mapping, Place at, int depth) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.error(at, "a key must be plain text");
                continue;
            }
            Place keyAt = key.getStartMark()
                    .map(mark -> moved(at.key(key.getValue()), mark))
                    .orElse(at);
            Entry entry = new Entry(keyAt, convert(tuple.getValueNode(), keyAt, depth + 1));
            Entry first = entries.putIfAbsent(key.getValue(), entry);
            if (first != null) {
                problems.error(
                        keyAt,
                        "duplicate key; the first is in line " + first.at().line() + "; keep one of them");
            }
        }
        return entries;
    }

    private static Place moved(Place at, Mark mark) {
        return at.movedTo(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static final class TooLarge extends RuntimeException {
        private final transient Place at;

        TooLarge(Place at) {
            this.at = at;
        }
    }
}
