package dev.loom.gateway.traffic;

import dev.loom.gateway.config.ProviderConfig;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** A fleet of one: everything is in its memory, and there is nobody to tell. */
public final class OneInstance implements Fleet, SharedCoolDowns {

    private static final String ALONE = "state.type is memory: this instance shares nothing with others";

    private final TimeSource time;
    private final SharedLimits limits;
    private volatile Instance self;

    /** @param name what the instance is called */
    public OneInstance(String name, String version, TimeSource time) {
        this.time = time;
        this.limits = (owner, config) -> new LocalLimits(config, time);
        this.self = new Instance(name, version, "", time.instant(), time.instant());
    }

    /** Of a name that nobody asks for. */
    static OneInstance unnamed(TimeSource time) {
        return new OneInstance("", "", time);
    }

    @Override
    public SharedLimits limits() {
        return limits;
    }

    @Override
    public SharedCoolDowns coolDowns() {
        return this;
    }

    @Override
    public CoolDown of(ProviderConfig provider) {
        return new CoolDown(time);
    }

    @Override
    public boolean drained(String provider) {
        return false;
    }

    @Override
    public Status status() {
        Instance now = new Instance(self.name(), self.version(), self.digest(), self.since(), time.instant());
        return new Status(now.name(), false, true, null, now.since(), List.of(now), Set.of());
    }

    @Override
    public void drain(String provider, boolean drained) throws Unreachable {
        throw new Unreachable(ALONE);
    }

    @Override
    public void serving(Collection<ProviderTraffic> providers, Set<String> others, String digest) {
        self = new Instance(self.name(), self.version(), digest, self.since(), self.beat());
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
