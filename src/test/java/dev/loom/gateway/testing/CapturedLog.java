package dev.loom.gateway.testing;

import dev.loom.gateway.camel.port.RequestMdc;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** Everything that is logged while it is open. */
public final class CapturedLog extends AbstractAppender implements AutoCloseable {

    private final List<LogEvent> events = new CopyOnWriteArrayList<>();

    public CapturedLog() {
        super("captured", null, null, true, Property.EMPTY_ARRAY);
        start();
        root().addAppender(this);
    }

    private static Logger root() {
        return (Logger) LogManager.getRootLogger();
    }

    @Override
    public void append(LogEvent event) {
        events.add(event.toImmutable());
    }

    public List<LogEvent> events() {
        return events;
    }

    /** What each event says, without logger and request id. */
    public List<String> messages() {
        return events.stream()
                .map(event -> event.getMessage().getFormattedMessage())
                .toList();
    }

    /** Every line as it would be read, request ids and stack traces included. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (LogEvent event : events) {
            String id = event.getContextData().getValue(RequestMdc.KEY);
            text.append(event.getLoggerName())
                    .append(' ')
                    .append(id == null ? "" : id + " ")
                    .append(event.getMessage().getFormattedMessage())
                    .append('\n');
            if (event.getThrown() != null) {
                text.append(event.getThrown()).append('\n');
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        root().removeAppender(this);
        stop();
    }
}
