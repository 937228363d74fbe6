package dev.loom.gateway.camel.request;

import dev.loom.gateway.testing.FakeProvider.Behaviour;
import java.time.Duration;

/**
 * What a provider does, and what that is.
 *
 * @param extra keys of the provider in the configuration
 * @param outcome its name in the statistics
 * @param relayed the status with which the client gets the error, 0 where the next provider answers
 */
record OutcomeRow(
        String name,
        String type,
        String extra,
        boolean stream,
        Behaviour behaviour,
        String outcome,
        int relayed,
        Duration coolDown) {

    OutcomeRow configured(String keys) {
        return new OutcomeRow(name, type, keys, stream, behaviour, outcome, relayed, coolDown);
    }

    OutcomeRow streamed() {
        return new OutcomeRow("stream: " + name, type, extra, true, behaviour, outcome, relayed, coolDown);
    }

    OutcomeRow coolsDown(Duration length) {
        return new OutcomeRow(name, type, extra, stream, behaviour, outcome, relayed, length);
    }

    @Override
    public String toString() {
        return outcome + ": " + name;
    }
}
