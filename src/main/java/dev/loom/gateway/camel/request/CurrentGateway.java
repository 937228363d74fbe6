package dev.loom.gateway.camel.request;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The configuration that new requests get; a reload puts another in its place. Thread-safe. */
public final class CurrentGateway implements Supplier<Gateway> {

    private final AtomicReference<@Nullable Gateway> gateway = new AtomicReference<>();
    private volatile boolean serving;

    /** From now on requests are served by this configuration. */
    public void use(Gateway next) {
        gateway.set(next);
    }

    /** Everything that a request needs is there. */
    public void serve() {
        serving = true;
    }

    /** Null until {@link #serve}. */
    public @Nullable Gateway serving() {
        return serving ? gateway.get() : null;
    }

    @Override
    public Gateway get() {
        return Objects.requireNonNull(gateway.get(), "The gateway has not started yet");
    }
}
