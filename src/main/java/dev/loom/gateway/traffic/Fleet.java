package dev.loom.gateway.traffic;

import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The instances that count together; one alone, unless the configuration says where they meet. Thread-safe. */
public interface Fleet extends Closeable {

    /** After so long those who found the shared state away ask again at the soonest. */
    Duration RETRY = Duration.ofSeconds(1);

    /**
     * One instance.
     *
     * @param digest of its configuration: the same where everything is the same, secrets apart
     * @param since when it started
     * @param beat when it was last heard of
     */
    record Instance(String name, String version, String digest, Instant since, Instant beat) {}

    /**
     * What instances share, as this one sees it.
     *
     * @param self this instance's name
     * @param available false while each counts for itself
     * @param problem why it is not available; null if it is
     * @param changed when it last became available or ceased to be
     * @param instances by name, as far as they were last heard of; this one among them
     * @param drained providers that are drained in all instances
     */
    record Status(
            String self,
            boolean shared,
            boolean available,
            @Nullable String problem,
            Instant changed,
            List<Instance> instances,
            Set<String> drained) {}

    /** Nothing was changed, since nobody else can be told. */
    final class Unreachable extends Exception {

        private static final long serialVersionUID = 1;

        public Unreachable(String message) {
            super(message);
        }
    }

    SharedLimits limits();

    SharedCoolDowns coolDowns();

    /** None where nothing of the kind is shared. */
    default SharedNotes notes() {
        return SharedNotes.NONE;
    }

    /** Null where each instance counts the limits of accounts for itself. */
    default @Nullable SharedAccounts accounts() {
        return null;
    }

    Status status();

    /**
     * Drains a provider in all instances, or ends that.
     *
     * @throws Unreachable if that cannot be told; nothing has changed then
     */
    void drain(String provider, boolean drained) throws Unreachable;

    /**
     * The configuration in force: what is not of it any more is forgotten.
     *
     * @param providers whose limits and cool-downs are common
     * @param others owners of limits, as {@link SharedLimits#of} was asked for them, beside the providers
     * @param digest of the configuration
     */
    void serving(Collection<ProviderTraffic> providers, Set<String> others, String digest);

    @Override
    void close();
}
