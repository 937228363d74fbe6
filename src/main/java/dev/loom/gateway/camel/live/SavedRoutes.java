package dev.loom.gateway.camel.live;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Route files and Kamelets that were saved. One may stand on another, in whatever order they come: what was refused is
 * tried again as soon as any other file is in use.
 *
 * <p>Not thread-safe: one thread changes routes.
 */
final class SavedRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(SavedRoutes.class);

    private final RouteFiles routes;
    private final Set<Path> refused = new LinkedHashSet<>();

    /** Whether what has ended may have been in the way of what was refused. */
    private boolean ended;

    SavedRoutes(RouteFiles routes) {
        this.routes = routes;
    }

    void take(List<Path> saved) {
        if (saved.isEmpty() && !ended) {
            return;
        }
        ended = false;
        Set<Path> left = new LinkedHashSet<>(saved);
        left.addAll(refused);
        Map<Path, InvalidRoutes> problems = takeEach(left);
        while (!problems.isEmpty() && problems.size() < left.size()) {
            left = Set.copyOf(problems.keySet());
            problems = takeEach(left);
        }
        refused.clear();
        refused.addAll(problems.keySet());
        problems.forEach((file, problem) -> {
            if (saved.contains(file)) {
                tell(file, problem);
            }
        });
    }

    /** @return those that cannot be used */
    private Map<Path, InvalidRoutes> takeEach(Set<Path> files) {
        Map<Path, InvalidRoutes> problems = new LinkedHashMap<>();
        for (Path file : files) {
            try {
                routes.take(file, files);
                LOG.info("{} was saved and is in use", file);
            } catch (InvalidRoutes e) {
                problems.put(file, e);
            }
        }
        return problems;
    }

    private static void tell(Path file, InvalidRoutes problem) {
        String.valueOf(problem.getMessage()).lines().forEach(line -> LOG.error("{}", line));
        LOG.error("{} was saved, but cannot be used; the routes before stay in use", file);
        LOG.debug("The file cannot be used", problem);
    }

    /**
     * Files that have another name now, and say what they said before: nothing ends and nothing begins.
     *
     * @return what is left to be done of the changes
     */
    FileWatch.Changes rename(FileWatch.Changes changes) {
        List<Path> saved = new ArrayList<>(changes.saved());
        List<Path> gone = new ArrayList<>(changes.gone());
        for (Path before : changes.gone()) {
            saved.stream()
                    .filter(now -> routes.isRenamed(before, now))
                    .findFirst()
                    .ifPresent(now -> {
                        routes.rename(before, now);
                        gone.remove(before);
                        saved.remove(now);
                        LOG.info("{} is {} now, and its routes run on", before, now);
                    });
        }
        return new FileWatch.Changes(saved, gone);
    }

    /** @param saved files that are taken over after that */
    void drop(Collection<Path> gone, Collection<Path> saved) {
        refused.removeAll(gone);
        ended |= !gone.isEmpty();
        for (Path file : gone) {
            try {
                LOG.warn("{} is gone; {}", file, routes.drop(file, saved));
            } catch (InvalidRoutes e) {
                LOG.error("{} is gone, but not all of its routes could be ended", file, e);
            }
        }
    }
}
