package dev.loom.gateway.client;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which provider holds what it has made, by the id that it gave: responses, files, batches. Known for a day or a month, in
 * memory; of too many the one that was asked for the longest ago is forgotten. Other instances are told, and asked for what is not
 * known here. Thread-safe.
 */
public final class Holders {

    public static final Duration KEPT = Duration.ofHours(24);

    /** For what is few and is used for long, such as files. OpenAI keeps what nobody deletes for 30 days at least. */
    public static final Duration KEPT_LONG = Duration.ofDays(30);

    /** Others forget what they were told {@link #KEPT} ago, so that what is in use is told again long before. */
    private static final Duration TOLD_AGAIN = Duration.ofHours(1);

    /** Some 20 MB of names and ids. */
    private static final int MOST = 100_000;

    /**
     * Of one request that are not known here; whatever looks like an id in it is one of them. A vector store takes 500 files
     * at once, and a conversation of 20 MB names some thousand items.
     */
    private static final int MOST_ASKED = 4096;

    /** Asked for at once, so that other requests' questions get in between. */
    private static final int PAGE = 64;

    /** Also in Base64, as proxies make them. The length is our own bound: OpenAI's own have fewer than 100 characters. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:=+~-]{4,512}");

    /**
     * Who holds something.
     *
     * @param caller the name of the client's key that it was made for; null where no key is asked for
     */
    public record Holder(String provider, @Nullable String caller) {

        public boolean isFor(@Nullable String asking) {
            return Objects.equals(caller, asking);
        }

        private String text() {
            return caller == null ? provider : provider + '\n' + caller;
        }

        private static Holder of(String text) {
            int end = text.indexOf('\n');
            return end < 0 ? new Holder(text, null) : new Holder(text.substring(0, end), text.substring(end + 1));
        }
    }

    /** The other instances, who know holders as texts. */
    public interface Others {

        /** @return what they know now, another caller's holder if they knew one; failed where they could not be told */
        CompletionStage<String> tell(String id, String holder, Duration kept);

        /** @return those that are known, by their ids */
        Map<String, String> ask(Collection<String> ids);
    }

    /** @param told when the others confirmed it; null as long as they have not */
    private record Known(Holder holder, Instant until, @Nullable Instant told) {

        boolean isTold() {
            return told != null;
        }

        boolean isNews(Instant now) {
            return told == null || now.isAfter(told.plus(TOLD_AGAIN));
        }
    }

    private final Others others;
    private final Map<String, Known> holders = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST;
        }
    };

    public Holders(Others others) {
        this.others = others;
    }

    /** Whether it has the form of an id; of anything else nothing is known, and nobody is asked. */
    public static boolean couldBe(String text) {
        return ID.matcher(text).matches();
    }

    /**
     * What another caller is known to hold stays theirs.
     *
     * @param caller the name of the client's key that it was made for; null where no key is asked for
     */
    public void note(String id, String provider, @Nullable String caller, Instant now) {
        note(id, provider, caller, now, KEPT);
    }

    /** @param kept from now on */
    public void note(String id, String provider, @Nullable String caller, Instant now, Duration kept) {
        if (couldBe(id)) {
            Holder holder = new Holder(provider, caller);
            Instant until = now.plus(kept);
            if (isNews(id, holder, now, until)) {
                CompletionStage<?> unused = others.tell(id, holder.text(), kept)
                        .thenAccept(
                                known -> put(id, Holder.of(known), until, known.equals(holder.text()) ? now : null));
            }
        }
    }

    private synchronized boolean isNews(String id, Holder holder, Instant now, Instant until) {
        Known before = live(id, now);
        if (before != null && !before.holder.isFor(holder.caller)) {
            return false;
        }
        if (before != null && before.holder.equals(holder)) {
            put(id, holder, until, before.told);
            return before.isNews(now);
        }
        put(id, holder, until, null);
        return true;
    }

    private synchronized void put(String id, Holder holder, Instant until, @Nullable Instant told) {
        holders.put(id, new Known(holder, until, told));
    }

    /**
     * Who holds these; those that nobody is known to hold are left out.
     *
     * @throws InvalidRequest if too many are not known here: one that is not asked for could be another caller's
     */
    public Map<String, Holder> find(Collection<String> ids, Instant now) throws InvalidRequest {
        Map<String, Holder> found = new HashMap<>();
        List<String> unknown = new ArrayList<>();
        for (String id : Set.copyOf(ids)) {
            Known here = live(id, now);
            if (here != null) {
                found.put(id, here.holder);
            }
            if (couldBe(id) && (here == null || !here.isTold())) {
                unknown.add(id);
            }
        }
        if (unknown.size() > MOST_ASKED) {
            throw new InvalidRequest(ApiError.invalidRequest(
                    "The request names " + unknown.size() + " ids that are not known here; at most " + MOST_ASKED
                            + " can be looked up. Name fewer in one request.",
                    null,
                    "too_many_ids"));
        }
        for (int from = 0; from < unknown.size(); from += PAGE) {
            others.ask(unknown.subList(from, Math.min(from + PAGE, unknown.size())))
                    .forEach((id, known) -> {
                        Holder holder = Holder.of(known);
                        found.put(id, holder);
                        correct(id, holder, now);
                    });
        }
        return found;
    }

    /** What was noted here while the others could not be told may be another caller's, as they know. */
    private synchronized void correct(String id, Holder holder, Instant now) {
        Known here = live(id, now);
        if (here != null && !here.holder.isFor(holder.caller)) {
            holders.remove(id);
        }
    }

    private synchronized @Nullable Known live(String id, Instant now) {
        Known known = holders.get(id);
        if (known != null && now.isAfter(known.until)) {
            holders.remove(id);
            return null;
        }
        return known;
    }
}
