package dev.loom.gateway.config.accounts;

import dev.loom.gateway.config.Types;
import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.Suggestion;
import java.time.ZoneId;

/** IANA names of time zones as scalars. */
final class TimeZones {

    static final ScalarType<String> TYPE = scalar -> {
        Types.check(
                ZoneId.getAvailableZoneIds().contains(scalar.text()),
                "must be a time zone such as UTC or Europe/Berlin, not " + scalar.shown()
                        + Suggestion.of(scalar.text(), ZoneId.getAvailableZoneIds()));
        return scalar.text();
    };

    private TimeZones() {}
}
