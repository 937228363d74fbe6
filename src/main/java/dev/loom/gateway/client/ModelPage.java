package dev.loom.gateway.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list of models, which is in the order of their ids: so a place in it stays a place when its model is gone.
 *
 * @param more true if there are further ones in the direction in which the client reads
 */
public record ModelPage(List<ServedModel> models, boolean more) {

    /** As at Anthropic's and Google's. */
    private static final int MOST = 1000;

    /**
     * Those behind a place.
     *
     * @param id null for the beginning
     * @param limit a number from 1; null, and whatever is no such number, is no limit
     */
    public static ModelPage after(List<ServedModel> all, @Nullable String id, @Nullable String limit) {
        List<ServedModel> rest = all.stream()
                .filter(model -> id == null || model.id().compareTo(id) > 0)
                .toList();
        int size = Math.min(rest.size(), most(limit));
        return new ModelPage(rest.subList(0, size), size < rest.size());
    }

    /** The last ones before a place. */
    public static ModelPage before(List<ServedModel> all, String id, @Nullable String limit) {
        List<ServedModel> rest =
                all.stream().filter(model -> model.id().compareTo(id) < 0).toList();
        int start = Math.max(0, rest.size() - most(limit));
        return new ModelPage(rest.subList(start, rest.size()), start > 0);
    }

    private static int most(@Nullable String limit) {
        return limit != null && limit.matches("[1-9]\\d{0,8}")
                ? Math.min(Integer.parseInt(limit), MOST)
                : Integer.MAX_VALUE;
    }
}
