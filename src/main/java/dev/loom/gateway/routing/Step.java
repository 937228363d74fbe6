package dev.loom.gateway.routing;

import java.time.Duration;

/** What a {@link Plan} wants done next. */
public sealed interface Step permits Attempt, Step.Pause, Step.GiveUp {

    /** Wait, then ask again. */
    record Pause(Duration duration) implements Step {}

    /** Nobody is left to ask. */
    record GiveUp(FinalError error) implements Step {}
}
