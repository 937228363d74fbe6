package dev.loom.gateway.config.yaml;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * What a YAML text consists of, one after the other, as far as it is neither nested too deep nor too long. Whoever makes a tree
 * of it calls itself for each level, and fails with no more room on the stack, which the parser itself does not.
 */
public final class BoundedEvents implements Parser {

    /** Far above any real file, far below what fills the memory. */
    static final int MAX_VALUES = 100_000;

    private final Parser events;
    private final int mostLevels;
    private int levels;
    private int values;

    BoundedEvents(LoadSettings settings, String text, int mostLevels) {
        this.events = new ParserImpl(settings, new StreamReader(settings, new RoomForSurrogate(text)));
        this.mostLevels = mostLevels;
    }

    /**
     * Whether another reader may make a tree of the text. What is no YAML is left for it to tell.
     *
     * @return empty, or what is wrong, with the line
     */
    public static String problem(String text, int mostLevels) {
        try {
            LoadSettings settings =
                    LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
            new BoundedEvents(settings, text, mostLevels).forEachRemaining(event -> {});
        } catch (Beyond e) {
            return "line " + e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1) + ": " + e.getProblem();
        } catch (YamlEngineException notYaml) {
            return "";
        }
        return "";
    }

    @Override
    public boolean hasNext() {
        return events.hasNext();
    }

    @Override
    public boolean checkEvent(Event.ID id) {
        return events.checkEvent(id);
    }

    @Override
    public Event peekEvent() {
        return events.peekEvent();
    }

    @Override
    public Event next() {
        Event event = events.next();
        switch (event.getEventId()) {
            case SequenceStart, MappingStart -> {
                levels++;
                values++;
            }
            case SequenceEnd, MappingEnd -> levels--;
            case Scalar, Alias -> values++;
            default -> {
                // Neither a value nor a level.
            }
        }
        if (levels > mostLevels || values > MAX_VALUES) {
            throw new Beyond(event, mostLevels);
        }
        return event;
    }

    /** Its place is where the limit was passed. */
    static final class Beyond extends MarkedYamlEngineException {
        Beyond(Event event, int mostLevels) {
            super(
                    null,
                    event.getStartMark(),
                    "this file is nested too deep or has too many values: at most " + mostLevels + " levels, "
                            + MAX_VALUES + " values",
                    event.getStartMark());
        }
    }
}
