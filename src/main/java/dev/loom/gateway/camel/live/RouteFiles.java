package dev.loom.gateway.camel.live;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Edits of route files and Kamelets, while the gateway runs. A file is checked against Camel's schema and rehearsed before
 * anything that runs is touched; then its routes, and nothing else, are replaced. Long, because a file that is saved, renamed
 * or lost goes through the same checks, and what each has left is known only here.
 *
 * <p>Not thread-safe: one thread changes routes.
 */
public final class RouteFiles {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);

    private final ModelCamelContext context;
    private final Rehearsal rehearsal;
    private final ProviderRoutes providers;
    private final RouteSwap swap;
    private final Definitions definitions;
    private final RouteConfigurations configurations;
    private final Renewal renewal;
    private final RouteTexts texts = new RouteTexts();

    public RouteFiles(ModelCamelContext context, Rehearsal rehearsal, ProviderRoutes providers, Retirement retirement) {
        this.context = context;
        this.rehearsal = rehearsal;
        this.providers = providers;
        this.swap = new RouteSwap(context, retirement::later);
        this.definitions = new Definitions(context);
        this.configurations = new RouteConfigurations(context);
        this.renewal = new Renewal(context, definitions, swap, providers, texts);
    }

    /** Camel has loaded these files just now. */
    void begin(Collection<Path> files) {
        texts.begin(files);
        for (Path file : files) {
            Resource text = texts.get(file);
            if (text != null) {
                configurations.note(file, text);
            }
        }
    }

    /**
     * Takes a file over as it is now.
     *
     * @param waiting files that were saved, too, and are not in use yet; their routes may be called
     * @throws InvalidRoutes what is wrong with it; nothing has changed then
     */
    void take(Path file, Set<Path> waiting) throws InvalidRoutes {
        try {
            Resource saved = RouteTexts.read(file);
            Resource before = before(file);
            Rehearsal.Edit edit = rehearse(file, before, saved, waiting);
            try {
                use(file, saved, edit.before());
            } catch (Exception | StackOverflowError e) {
                goBack(file, before, edit.now());
                throw e;
            }
            texts.put(file, saved);
        } catch (InvalidRoutes e) {
            throw e;
        } catch (Exception | StackOverflowError e) {
            throw new InvalidRoutes(file, e);
        }
    }

    /** Whether a file that is gone is there under another name, with nothing else changed. A Kamelet has its file's name. */
    boolean isRenamed(Path before, Path now) {
        return !KameletFiles.isOne(before) && !KameletFiles.isOne(now) && texts.isRenamed(before, now);
    }

    /** What has been made of one file is from another one. */
    void rename(Path before, Path now) {
        Resource text = texts.rename(before, now);
        context.getRouteDefinitions().stream()
                .filter(route -> RouteTexts.isFrom(before, route.getResource()))
                .forEach(route -> route.setResource(text));
        context.getRouteTemplateDefinitions().stream()
                .filter(template -> RouteTexts.isFrom(before, template.getResource()))
                .forEach(template -> template.setResource(text));
        context.getRouteConfigurationDefinitions().stream()
                .filter(configuration -> RouteTexts.isFrom(before, configuration.getResource()))
                .forEach(configuration -> configuration.setResource(text));
    }

    /**
     * Ends the routes of a file that is gone, and a route configuration of it that reaches all routes. What others name, its
     * templates and other route configurations, stays with those routes until the next start, and so does a Kamelet.
     *
     * @param coming files that were saved in the meantime: what they bring is not missed
     * @return what has become of it
     */
    String drop(Path file, Collection<Path> coming) throws InvalidRoutes {
        Resource before = texts.remove(file);
        if (before == null && routesOf(file).isEmpty()) {
            return "it was not in use, so nothing has ended";
        }
        if (KameletFiles.isOne(file)) {
            return "who uses the Kamelet does so until the next start";
        }
        try {
            Definitions.Contents held = before == null ? Definitions.Contents.NOTHING : definitions.load(before);
            return end(file, held, coming) + "; if that was not meant, put the file back";
        } catch (Exception e) {
            throw new InvalidRoutes(file, e);
        }
    }

    private String end(Path file, Definitions.Contents held, Collection<Path> coming) throws Exception {
        List<String> told = new ArrayList<>();
        Set<String> gone = running(file, held.instances());
        Set<String> begun = beginnings(gone::contains);
        configurations.withdraw(file);
        gone.forEach(swap::remove);
        if (!gone.isEmpty()) {
            told.add("these routes have ended, and their steps no longer run: " + gone);
        }
        begun.removeAll(beginnings(id -> true));
        begun.removeAll(RouteAddresses.begunIn(coming));
        told.addAll(RouteAddresses.missed(context.getRouteDefinitions(), begun));
        if (held.configurations().contains(RouteConfigurations.EVERYWHERE)) {
            renewal.after(file, Set.of(), Set.of(RouteConfigurations.EVERYWHERE));
            told.add("its route configuration no longer holds for all routes");
        }
        told.addAll(configurations.missed(held.configurations(), coming));
        if (!held.templates().isEmpty()) {
            told.add("routes of its templates run until the next start");
        }
        return told.isEmpty() ? "nothing has ended" : String.join("; ", told);
    }

    /** The names behind {@code direct:} at which routes begin, by the ids of the routes. */
    private Set<String> beginnings(Predicate<String> ids) {
        return context.getRouteDefinitions().stream()
                .filter(route -> ids.test(route.getRouteId()))
                .map(RouteAddresses::beginning)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** A Kamelet may have come from the jar. */
    private @Nullable Resource before(Path file) {
        Resource known = texts.get(file);
        RouteTemplateDefinition template =
                KameletFiles.isOne(file) ? context.getRouteTemplateDefinition(KameletFiles.name(file)) : null;
        return known != null || template == null ? known : template.getResource();
    }

    private Rehearsal.Edit rehearse(Path file, @Nullable Resource before, Resource saved, Set<Path> waiting)
            throws Exception {
        List<String> problems = problems(file, saved);
        if (!problems.isEmpty()) {
            throw new InvalidRoutes(file, problems);
        }
        List<String> users = KameletFiles.usersOf(context, file).stream()
                .map(KameletEndpoint::getEndpointUri)
                .toList();
        Rehearsal.Edit edit = rehearsal.of(saved, before, templatesWithout(file), providers.instances(), users);
        Set<String> going = running(file, edit.before().instances());
        List<String> clashes =
                new ArrayList<>(Clashes.of(context, going, edit.now().routes(), saved));
        Set<String> elsewhere = RouteAddresses.begunIn(waiting);
        context.getRouteDefinitions().stream()
                .filter(route -> !going.contains(route.getRouteId()))
                .forEach(route -> elsewhere.add(RouteAddresses.beginning(route)));
        clashes.addAll(RouteAddresses.problems(edit.read(), elsewhere, RouteTexts.lines(saved)));
        clashes.addAll(OwnBeans.taken(saved, texts.others(file, text -> text.contains("beans:"))));
        clashes.addAll(configurations.problems(
                file, edit.before(), edit.now(), configurationsOf(file, saved), RouteTexts.lines(saved)));
        if (!clashes.isEmpty()) {
            throw new InvalidRoutes(file, clashes);
        }
        return edit;
    }

    /** Ids of the route configurations that stand in this file, and in the others. */
    private Set<String> configurationsOf(Path file, Resource saved) {
        List<Resource> files = new ArrayList<>(texts.others(file, text -> text.contains("outeConfiguration:")));
        files.add(saved);
        Beginnings beginnings = new Beginnings();
        files.forEach(each -> beginnings.read(each.getLocation(), RouteTexts.text(each)));
        return beginnings.configurations();
    }

    private static List<String> problems(Path file, Resource saved) {
        List<String> unreadable = RouteTexts.unreadable(file, saved);
        return unreadable.isEmpty() && !KameletFiles.isOne(file) ? RouteFileSchema.problems(saved) : unreadable;
    }

    /** What other files hold of templates, Kamelets included, and as it is in use. */
    private Set<Resource> templatesWithout(Path file) {
        return context.getRouteTemplateDefinitions().stream()
                .map(RouteTemplateDefinition::getResource)
                .filter(Objects::nonNull)
                .filter(resource -> !RouteTexts.isFrom(file, resource))
                .map(texts::inUse)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** @param held what the file holds now */
    private void use(Path file, Resource text, Definitions.Contents held) throws Exception {
        Set<String> gone = running(file, held.instances());
        Definitions.Contents next = definitions.load(text);
        keepMadeUpIds(routesOf(file), next);
        gone.removeAll(next.ids());
        swap.replace(next.routes().stream().map(Definitions.Loaded::route).toList(), gone);
        Set<String> configured = new HashSet<>(held.configurations());
        configured.addAll(next.configurations());
        renewal.after(file, next.templates(), configured);
    }

    /** So that a route that has no id in its file is the same one after each edit. */
    private static void keepMadeUpIds(List<RouteDefinition> running, Definitions.Contents next) {
        Deque<String> madeUp = running.stream()
                .filter(route -> !route.hasCustomIdAssigned())
                .map(RouteDefinition::getRouteId)
                .collect(Collectors.toCollection(ArrayDeque::new));
        for (Definitions.Loaded loaded : next.routes()) {
            if (loaded.route().getRouteId() == null && !madeUp.isEmpty()) {
                loaded.route().setGeneratedId(madeUp.removeFirst());
            }
        }
    }

    private void goBack(Path file, @Nullable Resource before, Definitions.Contents held) {
        try {
            if (before == null) {
                end(file, held, Set.of());
            } else {
                use(file, before, held);
            }
        } catch (Exception e) {
            LOG.error("{}: the routes before cannot be made again; save the file as it was", file, e);
        }
    }

    /** Ids of the routes that were made of this file. */
    private Set<String> running(Path file, Set<String> instances) {
        Set<String> ids = new LinkedHashSet<>(instances);
        routesOf(file).forEach(route -> ids.add(route.getRouteId()));
        return ids;
    }

    private List<RouteDefinition> routesOf(Path file) {
        return context.getRouteDefinitions().stream()
                .filter(route -> route.isTemplate() == null || !route.isTemplate())
                .filter(route -> RouteTexts.isFrom(file, route.getResource()))
                .toList();
    }
}
