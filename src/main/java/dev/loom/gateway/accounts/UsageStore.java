package dev.loom.gateway.accounts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where usage is kept. Implementations are thread-safe. */
public interface UsageStore extends AutoCloseable {

    /**
     * Keeps these sums, all or none. A batch that is kept already is not kept again, so that one may be repeated of which
     * nobody knows what became of it.
     *
     * @param batch who writes, a hyphen, and a number that is larger than that of each batch which the same one wrote before; at
     *     most 36 characters
     * @throws StoreAway if the store cannot be reached, or does not answer
     */
    void append(String batch, List<UsageRow> rows) throws StoreAway;

    /** The sums that are asked for, in no order; spans without usage have none. */
    List<UsageRow> read(UsageQuery query) throws StoreAway;

    /** Forgets everything that an account has used. */
    void forget(String account) throws StoreAway;

    /**
     * Forgets some of what is older.
     *
     * @param before seconds since 1970
     * @return true if there is more
     */
    boolean forgetSome(long before) throws StoreAway;

    /** Takes over what has waited for a store that was away; to be called often. Does not wait for it. */
    default void catchUp() {}

    /** Whether usage of before the start still waits to be stored, so that what is read is not all of it. */
    default boolean waits() {
        return false;
    }

    /** Why it is away, as far as is known; null while it is there. */
    default @Nullable String problem() {
        return null;
    }

    /** Whether what it keeps is still there after a restart of the process. */
    default boolean lasts() {
        return true;
    }

    /** As the log names it; without secrets. */
    String name();

    @Override
    void close();

    /** It may be back later. */
    final class StoreAway extends Exception {

        public StoreAway(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
