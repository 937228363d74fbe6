package dev.loom.gateway.traffic;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The limits of accounts, as all instances count them together. Thread-safe. */
public interface SharedAccounts {

    /**
     * One limit of an account.
     *
     * @param name the same in every instance
     * @param ofCost whether nano-dollars are counted, or tokens
     * @param slice milliseconds of a sixtieth of a window that slides; 0 for one of the calendar
     * @param begin of a window of the calendar, milliseconds since 1970; 0 for one that slides
     * @param end the same
     * @param most that the account may use
     * @param known what is used as far as this instance knows, for a store that has never heard of the limit
     * @param tellAt amounts at which somebody is to be told, ascending
     */
    record Window(
            String name, boolean ofCost, long slice, long begin, long end, long most, long known, List<Long> tellAt) {}

    /**
     * What the store says.
     *
     * @param refused place of the limit that stands longest in the way; negative if there is room in all
     * @param waitMillis until the same request could pass
     * @param tokens that requests under way may use, in all instances; {@code cost} the same in nano-dollars
     * @param used of each limit
     * @param told of each limit, bits of those of {@code tellAt} that were reached now, and of which no instance was told before
     */
    record Reply(int refused, long waitMillis, long tokens, long cost, List<Long> used, List<Long> told) {}

    /** @param request what the store calls the reservation; null where it was refused */
    record Taken(@Nullable String request, Reply reply) {}

    /** Whether the store is there. */
    boolean available();

    /** How often it has been away. */
    long absences();

    /** Instances that were alive when it was last there. */
    int instances();

    /** Whether requests are refused while it is away. */
    boolean refuses();

    /**
     * Takes what a request may use out of every limit or out of none, in one round trip. The question is sent at once.
     *
     * @param late gets what the store replies after that time, on another thread
     * @return waits for the answer, and has to be asked for it once. Gives null if the store does not answer in time: then
     *     nothing is taken, or is given back as soon as it answers
     */
    Supplier<@Nullable Taken> ask(String account, List<Window> windows, long tokens, long cost, Consumer<Reply> late);

    /**
     * Puts what was used in the place of what was reserved. Never waits; while the store is away it is kept, and told later.
     *
     * @param request null where nothing was reserved in the store
     * @param then gets the reply on another thread, however late; of what was told at once, only the last one does
     */
    void settle(
            String account,
            List<Window> windows,
            @Nullable String request,
            long tokens,
            long cost,
            Consumer<Reply> then);

    /**
     * Asks how the account stands, and changes nothing.
     *
     * @return null where the store has never heard of it; fails where the store does not answer
     */
    CompletableFuture<@Nullable Reply> look(String account, List<Window> windows);

    /**
     * Nothing counts against the account any more, in these limits and in all that the store knows of it.
     *
     * @throws Fleet.Unreachable if the store cannot be told; nothing has changed then
     */
    void forget(String account, List<Window> windows) throws Fleet.Unreachable;
}
