package dev.loom.gateway;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.LocationProvider;
import com.tngtech.archunit.lang.ArchRule;
import dev.loom.gateway.provider.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The house rules that a machine can hold. */
@AnalyzeClasses(locations = ArchitectureTest.Ours.class)
class ArchitectureTest {

    /** The project's own directories. To look for its packages in every jar would take longer than all rules. */
    static final class Ours implements LocationProvider {

        @Override
        public Set<Location> get(Class<?> test) {
            return Stream.of(Outcome.class, ArchitectureTest.class)
                    .map(type -> Location.of(
                            type.getProtectionDomain().getCodeSource().getLocation()))
                    .collect(Collectors.toSet());
        }
    }

    @ArchTest
    static final ArchRule only_the_camel_package_knows_camel_and_vertx = noClasses()
            .that()
            .resideInAnyPackage(
                    "..gateway.config..",
                    "..gateway.routing..",
                    "..gateway.provider..",
                    "..gateway.client..",
                    "..gateway.traffic..",
                    "..gateway.migration..",
                    "..gateway.fleet..",
                    "..gateway.redis..",
                    "..gateway.accounts..",
                    "..gateway.replay..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.camel..", "io.vertx..", "org.apache.hc..");

    @ArchTest
    static void packages_have_no_cycles(JavaClasses classes) {
        slices().matching("dev.loom.gateway.(*)..").should().beFreeOfCycles().check(classes.that(inMain()));
    }

    /** From the ports, which know nobody, to the start, which knows all. */
    private static final List<String> ROOMS =
            List.of("port", "observe", "request", "upstream", "live", "admin", "flow", "app");

    @ArchTest
    static void arrows_between_the_rooms_of_camel_run_one_way(JavaClasses classes) {
        for (int i = 0; i < ROOMS.size(); i++) {
            String[] above = ROOMS.subList(i + 1, ROOMS.size()).stream()
                    .map(room -> "dev.loom.gateway.camel." + room + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.loom.gateway.camel." + ROOMS.get(i) + "..")
                    .and(inMain())
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(above)
                    .allowEmptyShould(false)
                    .check(classes);
        }
    }

    /** Rooms within a room, which know nothing of what is around them. */
    @ArchTest
    static void what_a_room_stands_on_does_not_know_it(JavaClasses classes) {
        knowsNothingOf("dev.loom.gateway.config.yaml..", "dev.loom.gateway.config", classes);
        knowsNothingOf("dev.loom.gateway.camel.port.wire..", "dev.loom.gateway.camel.port", classes);
    }

    /** The planner is given a strategy, and knows none by name. */
    @ArchTest
    static void the_planner_knows_no_strategy(JavaClasses classes) {
        knowsNothingOf("dev.loom.gateway.routing", "dev.loom.gateway.routing.strategies..", classes);
    }

    private static void knowsNothingOf(String room, String other, JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage(room)
                .and(inMain())
                .should()
                .dependOnClassesThat()
                .resideInAPackage(other)
                .allowEmptyShould(false)
                .check(classes);
    }

    private static final List<String> LANGUAGES = List.of("provider", "client");

    @ArchTest
    static void the_hub_of_languages_knows_none_of_them(JavaClasses classes) {
        for (String side : LANGUAGES) {
            noClasses()
                    .that()
                    .resideInAPackage("dev.loom.gateway." + side)
                    .and(inMain())
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.loom.gateway." + side + ".*..")
                    .check(classes);
        }
    }

    @ArchTest
    static void rooms_of_languages_have_no_cycles(JavaClasses classes) {
        for (String side : LANGUAGES) {
            slices().matching("dev.loom.gateway." + side + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .check(classes.that(inMain()));
        }
    }

    @ArchTest
    static final ArchRule clients_languages_know_the_hub_alone = noClasses()
            .that()
            .resideInAPackage("dev.loom.gateway.client..")
            .and(inMain())
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "belong to another part of the gateway",
                    type -> type.getPackageName().startsWith("dev.loom.gateway")
                            && !type.getPackageName().startsWith("dev.loom.gateway.client")
                            && !type.getPackageName().equals("dev.loom.gateway.provider")));

    @ArchTest
    static final ArchRule only_what_puts_the_gateway_together_knows_the_fleet = noClasses()
            .that()
            .resideOutsideOfPackages("..gateway.fleet..", "..gateway.camel.app..")
            .and(inMain())
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..gateway.fleet..");

    @ArchTest
    static final ArchRule only_the_store_waits_for_the_server_that_instances_share = noClasses()
            .that()
            .resideInAPackage("..gateway.fleet..")
            .and(inMain())
            .and()
            .haveSimpleNameNotEndingWith("Store")
            .should()
            .callMethodWhere(target(name("get")).and(target(owner(assignableTo(Future.class)))))
            .orShould()
            .callMethodWhere(target(name("join")).and(target(owner(assignableTo(Future.class)))));

    /** A request does not call what these do: it waits for {@code state.timeout}. */
    @ArchTest
    static final ArchRule only_operators_and_the_fleets_own_thread_wait_longer_for_it = noClasses()
            .that()
            .resideInAPackage("..gateway.fleet..")
            .and(inMain())
            .and()
            .haveNameNotMatching(".*\\.(Store|RedisFleet|Listener|CommonAccounts)")
            .should()
            .callMethodWhere(
                    target(name("await")).and(target(rawParameterTypes(CompletableFuture.class, Duration.class))));

    @ArchTest
    static final ArchRule time_is_passed_in = noClasses()
            .that()
            .haveNameNotMatching("dev\\.loom\\.gateway\\.traffic\\.TimeSource.*")
            .and(inMain())
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now");

    @ArchTest
    static final ArchRule chance_is_passed_in = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.loom.gateway.traffic.Chance")
            .and(inMain())
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocalRandom.class);

    @ArchTest
    static final ArchRule nothing_sleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);

    private static DescribedPredicate<JavaClass> inMain() {
        return DescribedPredicate.describe(
                "stand in main",
                type -> type.getSource().isPresent()
                        && !type.getSource().get().getUri().toString().contains("/test-classes/"));
    }
}
