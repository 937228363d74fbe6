package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.SilentLink;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.Limits.Refusal;
import dev.loom.gateway.traffic.Limits.Reservation;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instances that meet at a real server, which is frozen, killed, emptied and locked before them. Long: each thing that instances
 * share is tried with the server there, away and back.
 */
class RedisFleetTest {

    private static final TimeSource TIME = TimeSource.system();

    @TempDir
    Path directory;

    private final RedisServer server = RedisServer.start();
    private final List<RedisFleet> fleets = new ArrayList<>();

    @AfterEach
    void close() {
        server.thaw();
        fleets.forEach(RedisFleet::close);
        server.close();
    }

    private StateConfig state(String more) {
        return FleetFiles.state(directory, "url: '" + server.url() + "', timeout: 500ms" + more);
    }

    private RedisFleet join(String name) {
        return join(name, state(""));
    }

    private RedisFleet join(String name, StateConfig config) {
        RedisFleet fleet = new RedisFleet(config, name, "1", TIME);
        fleets.add(fleet);
        return fleet;
    }

    private static void awaitAvailable(RedisFleet fleet, boolean available) {
        await().atMost(20, TimeUnit.SECONDS)
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .until(() -> fleet.status().available() == available);
    }

    private static Limits limits(RedisFleet fleet, Integer requests, Integer tokens, Integer permits) {
        return fleet.of("provider:p", new RateLimitConfig(requests, tokens, permits));
    }

    private static Reservation take(Limits limits, long tokens) {
        return (Reservation) limits.reserve(tokens);
    }

    private static long remaining(Limits limits, String limit) {
        return Objects.requireNonNull(limits.levels().get(limit)).remaining();
    }

    @Test
    void two_instances_use_one_limit() {
        Limits one = limits(join("one"), 4, null, null);
        Limits two = limits(join("two"), 4, null, null);
        take(one, 0);
        take(two, 0);
        take(one, 0);
        take(two, 0);

        assertThat(one.reserve(0)).isInstanceOf(Refusal.class);
        Refusal refusal = (Refusal) two.reserve(0);
        assertThat(refusal.limit()).isEqualTo("requests_per_minute");
        assertThat(refusal.retryIn()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(15));
    }

    @Test
    void instances_with_another_prefix_share_nothing() throws Exception {
        RedisFleet one = join("one");
        RedisFleet stranger = join("stranger", state(", key_prefix: 'other:'"));
        take(limits(one, 1, null, null), 0);
        take(limits(stranger, 1, null, null), 0);
        one.drain("p", true);

        RedisFleet neighbour = join("neighbour", state(", key_prefix: 'other:'"));
        assertThat(neighbour.drained("p")).isFalse();
        assertThat(neighbour.status().instances())
                .extracting(Fleet.Instance::name)
                .containsExactly("neighbour", "stranger");
    }

    @Test
    void what_one_gives_back_another_may_take() {
        Limits one = limits(join("one"), null, 100, 1);
        Limits two = limits(join("two"), null, 100, 1);
        Reservation held = take(one, 80);
        assertThat(((Refusal) two.reserve(10)).limit()).isEqualTo("concurrent_requests");
        held.settle(10);
        held.release();

        await().until(() -> two.reserve(85) instanceof Reservation);
    }

    @Test
    void a_call_that_was_never_made_costs_nothing() {
        Limits one = limits(join("one"), 10, 100, 1);
        Limits two = limits(join("two"), 10, 100, 1);
        take(one, 100).cancel();

        await().until(() -> two.reserve(100) instanceof Reservation);
        assertThat(remaining(two, "requests_per_minute")).isEqualTo(9);
    }

    @Test
    void all_instances_are_seen_until_they_leave() {
        RedisFleet one = join("one");
        RedisFleet two = join("two");
        await().until(() -> one.status().instances().size() == 2);
        assertThat(one.status().instances()).extracting(Fleet.Instance::name).containsExactly("one", "two");

        two.close();
        await().until(() -> one.status().instances().size() == 1);
    }

    @Test
    void a_cool_down_is_known_everywhere_and_to_those_who_start_later() {
        RedisFleet one = join("one");
        RedisFleet two = join("two");
        ProviderTraffic here = serve(one, "key-1");
        ProviderTraffic there = serve(two, "key-1");
        here.coolDown().extend(Duration.ofMinutes(2), Outcome.QUOTA);

        await().pollInterval(2, TimeUnit.MILLISECONDS).until(there.coolDown()::active);
        assertThat(there.coolDown().reason()).isEqualTo(Outcome.QUOTA);
        assertThat(there.coolDown().remaining()).isBetween(Duration.ofSeconds(110), Duration.ofSeconds(121));
        ProviderTraffic later = serve(join("three"), "key-1");
        assertThat(later.coolDown().reason()).isEqualTo(Outcome.QUOTA);

        there.resume();
        await().until(() -> !here.coolDown().active() && !later.coolDown().active());
        assertThat(serve(join("four"), "key-1").coolDown().active()).isFalse();
    }

    /** The store's own notes say nothing of it, so that no instance finds it there. */
    @Test
    void what_is_published_is_heard_and_not_only_what_is_read_each_second() {
        RedisFleet one = join("one");
        ProviderTraffic here = serve(one, "key-1");
        String news = News.cool("p", Way.of(here.config()), Duration.ofMinutes(2), Outcome.QUOTA)
                .toString();
        server.cli("PUBLISH", new Keys("loom:").channel(), news);

        await().until(here.coolDown()::active);
        assertThat(here.coolDown().reason()).isEqualTo(Outcome.QUOTA);
        assertThat(server.cli("HGETALL", "loom:{fleet}:cooldowns")).isEmpty();
    }

    @Test
    void an_instance_with_another_key_is_not_kept_away_by_the_old_ones_cool_down() {
        RedisFleet one = join("one");
        RedisFleet two = join("two");
        ProviderTraffic old = serve(one, "key-1");
        ProviderTraffic same = serve(join("three"), "key-1");
        ProviderTraffic renewed = serve(two, "key-2");
        old.coolDown().extend(Duration.ofMinutes(30), Outcome.CREDENTIAL);

        await().until(same.coolDown()::active);
        assertThat(renewed.coolDown().active()).isFalse();
    }

    @Test
    void a_drain_of_the_fleet_is_known_everywhere_and_to_those_who_start_later() throws Exception {
        RedisFleet one = join("one");
        ProviderTraffic there = serve(join("two"), "key-1");
        one.drain("p", true);
        await().until(there::drained);
        ProviderTraffic later = serve(join("three"), "key-1");
        assertThat(later.drained()).isTrue();

        one.drain("p", false);
        await().until(() -> !there.drained() && !later.drained());
    }

    @Test
    void a_drain_of_the_fleet_outlives_the_loss_of_all_that_the_server_knew() throws Exception {
        RedisFleet one = join("one");
        RedisFleet two = join("two");
        one.drain("p", true);
        await().until(() -> two.drained("p"));
        server.kill();
        awaitAvailable(one, false);
        awaitAvailable(two, false);
        server.restart();
        awaitAvailable(one, true);
        awaitAvailable(two, true);

        await().until(() -> server.cli("SMEMBERS", "loom:{fleet}:drained").equals("p"));
        assertThat(one.drained("p")).isTrue();
        assertThat(two.drained("p")).isTrue();
        assertThat(join("three").drained("p")).isTrue();
        two.drain("p", false);
        await().until(() -> !one.drained("p"));
    }

    /** One comes back before the other, and sees itself alone. */
    @Test
    void whoever_is_back_first_after_a_loss_still_shares_with_those_who_were_there() {
        try (SilentLink link = new SilentLink(server.port())) {
            RedisFleet one = join("one");
            RedisFleet slow = join(
                    "slow",
                    FleetFiles.state(directory, "url: 'redis://127.0.0.1:" + link.port() + "', timeout: 500ms"));
            await().until(() -> one.status().instances().size() == 2);
            Limits limits = limits(one, 100, null, null);
            link.fallSilent();
            server.kill();
            awaitAvailable(one, false);
            server.restart();
            awaitAvailable(one, true);
            server.kill();
            take(limits, 0);
            assertThat(Objects.requireNonNull(limits.levels().get("requests_per_minute"))
                            .limit())
                    .isEqualTo(50);
            slow.close();
            fleets.remove(slow);
        }
    }

    /** As where somebody empties it, so that no connection is lost. */
    @Test
    void a_server_that_is_emptied_while_it_is_in_use_is_told_again_of_drains_cool_downs_and_limits() throws Exception {
        RedisFleet one = join("one");
        serve(one, "key-1").coolDown().extend(Duration.ofMinutes(30), Outcome.QUOTA);
        Limits limits = limits(one, 1_000, null, 3);
        for (int i = 0; i < 600; i++) {
            take(limits, 0).release();
        }
        take(limits, 0);
        one.drain("p", true);
        await().until(() -> !server.cli("HGETALL", "loom:{fleet}:cooldowns").isEmpty());
        server.cli("FLUSHALL");

        await().atMost(5, TimeUnit.SECONDS)
                .until(() -> server.cli("SMEMBERS", "loom:{fleet}:drained").equals("p")
                        && !server.cli("HGETALL", "loom:{fleet}:cooldowns").isEmpty()
                        && server.cli("ZCARD", "loom:{limits:provider:p}:permits")
                                .equals("1"));
        assertThat(one.drained("p")).isTrue();
        take(limits, 0);
        assertThat(remaining(limits, "requests_per_minute")).isLessThan(900);
    }

    @Test
    void a_drain_that_ended_while_one_was_away_ends_there_too() throws Exception {
        try (SilentLink link = new SilentLink(server.port())) {
            RedisFleet one = join("one");
            RedisFleet away = join(
                    "away",
                    FleetFiles.state(directory, "url: 'redis://127.0.0.1:" + link.port() + "', timeout: 500ms"));
            one.drain("p", true);
            await().until(() -> away.drained("p"));
            link.fallSilent();
            awaitAvailable(away, false);
            one.drain("p", false);
            link.speak();
            awaitAvailable(away, true);

            await().until(() -> !away.drained("p") && !one.drained("p"));
            away.close();
            fleets.remove(away);
        }
    }

    private ProviderTraffic serve(RedisFleet fleet, String key) {
        var config = FleetFiles.load(directory, "providers: [{name: p, type: openai, api_key: " + key + "}]");
        ProviderConfig provider = config.providers().get(0);
        ProviderTraffic traffic = new ProviderTraffic(provider, config.routing(), TIME, fleet);
        fleet.serving(List.of(traffic), Set.of(), "digest");
        return traffic;
    }

    @Test
    void a_store_that_is_silent_costs_one_timeout_and_then_nothing_until_it_is_back() {
        try (SilentLink link = new SilentLink(server.port())) {
            costsOneTimeout(link);
            fleets.forEach(RedisFleet::close);
            fleets.clear();
        }
    }

    private void costsOneTimeout(SilentLink link) {
        RedisFleet one = join(
                "one", FleetFiles.state(directory, "url: 'redis://127.0.0.1:" + link.port() + "', timeout: 500ms"));
        RedisFleet two = join("two");
        await().until(() ->
                one.status().instances().size() == 2 && two.status().instances().size() == 2);
        Limits limits = limits(one, 100, 1000, 10);
        take(limits, 10).release();
        link.withholdAnswers();

        Reservation held = take(limits, 10);
        assertThat(one.status().available()).isFalse();
        for (int i = 0; i < 48; i++) {
            limits.reserve(10);
        }
        assertThat(link.reservations()).as("the others did not even ask").isEqualTo(1);
        assertThat(limits.levels().get("requests_per_minute").limit())
                .as("half of it")
                .isEqualTo(50);
        assertThat(limits.levels().get("concurrent_requests").limit()).isEqualTo(5);

        link.speak();
        awaitAvailable(one, true);
        held.release();
        await().untilAsserted(() -> assertThat(server.cli("ZCARD", "loom:{limits:provider:p}:permits"))
                .isEqualTo("4"));
    }

    @Test
    void what_was_used_alone_counts_when_the_store_is_back() {
        RedisFleet one = join("one");
        Limits limits = limits(one, 1000, null, null);
        take(limits, 0);
        server.freeze();
        for (int i = 0; i < 100; i++) {
            take(limits, 0);
        }
        server.thaw();
        awaitAvailable(one, true);
        take(limits, 0);

        assertThat(remaining(limits, "requests_per_minute")).isBetween(895L, 960L);
    }

    @Test
    void a_store_that_was_killed_and_knows_nothing_is_told_of_the_permits_that_are_out() {
        RedisFleet one = join("one");
        Limits limits = limits(one, null, null, 3);
        take(limits, 0);
        take(limits, 0);
        server.kill();
        awaitAvailable(one, false);
        server.restart();
        awaitAvailable(one, true);

        take(limits, 0);
        assertThat(limits.reserve(0)).isInstanceOf(Refusal.class);
        assertThat(server.cli("ZCARD", "loom:{limits:provider:p}:permits")).isEqualTo("3");
    }

    @Test
    void a_permit_that_came_back_while_the_store_was_away_is_free_again() {
        RedisFleet one = join("one");
        Limits limits = limits(one, null, null, 2);
        Reservation first = take(limits, 0);
        server.freeze();
        Reservation second = take(limits, 0);
        first.release();
        second.release();
        server.thaw();
        awaitAvailable(one, true);

        await().untilAsserted(() -> assertThat(server.cli("ZCARD", "loom:{limits:provider:p}:permits"))
                .isEqualTo("0"));
    }

    @Test
    void who_refuses_does_so_while_the_store_is_away_and_no_longer() {
        RedisFleet one = join("one", state(", on_failure: refuse"));
        Limits limits = limits(one, 100, null, null);
        take(limits, 0);
        server.freeze();

        assertThat(limits.reserve(0)).isEqualTo(new Refusal(Limits.SHARED_STATE, Duration.ofSeconds(1)));
        assertThat(limits.check(0)).isEqualTo(new Refusal(Limits.SHARED_STATE, Duration.ofSeconds(1)));
        server.thaw();
        awaitAvailable(one, true);
        take(limits, 0);
    }

    @Test
    void what_was_found_out_while_the_store_was_away_is_told_afterwards() {
        RedisFleet one = join("one");
        RedisFleet two = join("two");
        ProviderTraffic here = serve(one, "key-1");
        ProviderTraffic there = serve(two, "key-1");
        server.kill();
        awaitAvailable(one, false);
        here.coolDown().extend(Duration.ofMinutes(1), Outcome.RATE_LIMITED);
        server.restart();

        await().atMost(20, TimeUnit.SECONDS).until(there.coolDown()::active);
    }

    @Test
    void a_cool_down_that_an_operator_ended_while_the_store_was_away_stays_ended() {
        RedisFleet one = join("one");
        ProviderTraffic here = serve(one, "key-1");
        here.coolDown().extend(Duration.ofMinutes(30), Outcome.QUOTA);
        await().until(() -> !server.cli("HGETALL", "loom:{fleet}:cooldowns").isEmpty());
        server.freeze();
        limits(one, 10, null, null).reserve(0);
        awaitAvailable(one, false);
        here.resume();
        server.thaw();
        awaitAvailable(one, true);

        await().until(() -> server.cli("HGETALL", "loom:{fleet}:cooldowns").isEmpty());
        assertThat(here.coolDown().active()).isFalse();
    }

    /** Its end and what the server knew before come on two connections: which of them is read first is chance. */
    @Test
    void a_cool_down_that_an_operator_ends_while_another_instance_reads_it_ends_there_too() {
        try (SilentLink link = new SilentLink(server.port())) {
            ProviderTraffic here = serve(join("one"), "key-1");
            RedisFleet two = join(
                    "two", FleetFiles.state(directory, "url: 'redis://127.0.0.1:" + link.port() + "', timeout: 5s"));
            ProviderTraffic there = serve(two, "key-1");
            for (int i = 0; i < 5; i++) {
                here.coolDown().extend(Duration.ofMinutes(5), Outcome.QUOTA);
                await().until(there.coolDown()::active);
                link.withholdAnswers();
                await().pollInterval(5, TimeUnit.MILLISECONDS)
                        .until(() -> link.sent().contains("two"));
                here.resume();
                link.speak();
                await().until(() -> !there.coolDown().active());
            }
            two.close();
            fleets.remove(two);
        }
    }

    @Test
    void a_server_that_becomes_a_replica_is_away_until_it_is_promoted() {
        RedisServer master = RedisServer.start();
        try {
            RedisFleet one = join("one");
            Limits limits = limits(one, 1000, null, 5);
            take(limits, 0);
            server.cli("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
            for (int i = 0; i < 4; i++) {
                take(limits, 0);
            }
            assertThat(one.status().available()).isFalse();
            server.cli("REPLICAOF", "NO", "ONE");
            awaitAvailable(one, true);

            assertThat(((Refusal) limits.reserve(0)).limit()).isEqualTo("concurrent_requests");
        } finally {
            master.close();
        }
    }

    @Test
    void nothing_can_be_drained_everywhere_while_nobody_can_be_told() {
        RedisFleet one = join("one");
        server.kill();

        assertThatThrownBy(() -> one.drain("p", true))
                .isInstanceOf(Fleet.Unreachable.class)
                .hasMessageContaining("nothing has changed");
        assertThat(one.drained("p")).isFalse();
    }

    /** Where the server is killed, the connection closes first, and then nobody listens. */
    @Test
    void an_absence_is_logged_once_whatever_is_found_out_about_it() {
        try (CapturedLog log = new CapturedLog()) {
            RedisFleet one = join("one");
            Limits limits = limits(one, 100, null, null);
            server.kill();
            take(limits, 0);
            await().until(() -> String.valueOf(one.status().problem()).contains("nobody listens there"));
            take(limits, 0);
            server.restart();
            awaitAvailable(one, true);

            await().untilAsserted(() -> assertThat(log.messages())
                    .filteredOn(line -> line.contains(" answers: "))
                    .hasSize(2));
            assertThat(log.events())
                    .filteredOn(event -> event.getLevel().isMoreSpecificThan(Level.WARN)
                            && event.getLoggerName().startsWith("dev.loom.gateway.fleet"))
                    .extracting(event -> event.getMessage().getFormattedMessage())
                    .singleElement()
                    .asString()
                    .contains("until it answers, this instance counts its share of the limits, one of 1");
        }
    }

    @Test
    void an_absence_and_its_end_are_each_logged_once_and_never_with_the_password() {
        RedisServer locked = RedisServer.start("--requirepass", "very-secret");
        try (CapturedLog log = new CapturedLog()) {
            RedisFleet one = join(
                    "one",
                    FleetFiles.state(directory, "url: '" + locked.url() + "', timeout: 500ms, password: very-secret"));
            Limits limits = limits(one, 100, null, null);
            locked.freeze();
            take(limits, 0);
            take(limits, 0);
            locked.thaw();
            awaitAvailable(one, true);

            await().untilAsserted(() -> assertThat(log.messages())
                    .filteredOn(line -> line.contains(" answers: "))
                    .hasSize(2));
            assertThat(log.messages())
                    .filteredOn(line -> line.contains("does not answer within"))
                    .hasSize(1);
            assertThat(log.messages()).noneMatch(line -> line.contains("very-secret"));
        } finally {
            locked.close();
        }
    }

    @Test
    void a_start_without_the_store_is_a_warning_or_the_end() {
        server.kill();
        try (CapturedLog log = new CapturedLog()) {
            RedisFleet one = join("one");
            assertThat(one.status().problem()).contains("cannot be reached: nobody listens there");
            assertThat(log.messages()).anyMatch(line -> line.contains("counts its share of the limits"));
            server.restart();
            awaitAvailable(one, true);
        }
        server.kill();
        assertThatThrownBy(() -> join("two", state(", on_failure: refuse")))
                .hasMessage("state.url " + server.url()
                        + " cannot be reached: nobody listens there (state.on_failure: refuse)");
    }

    @Test
    void a_wrong_password_and_none_are_told_apart() {
        RedisServer locked = RedisServer.start("--requirepass", "right");
        String url = "url: '" + locked.url() + "', timeout: 500ms, on_failure: refuse";
        try {
            assertThatThrownBy(() -> join("one", FleetFiles.state(directory, url + ", password: wrong")))
                    .hasMessageContaining("refuses the password: see state.password")
                    .hasMessageNotContaining("wrong");
            assertThatThrownBy(() -> join("two", FleetFiles.state(directory, url)))
                    .hasMessageContaining("asks for a password: set state.password");
            assertThat(join("three", FleetFiles.state(directory, url + ", password: right"))
                            .status()
                            .available())
                    .isTrue();
        } finally {
            locked.close();
        }
    }

    @Test
    void an_address_that_is_no_redis_is_named() throws Exception {
        try (ServerSocket web = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answers = new Thread(() -> refuseEverything(web));
            answers.start();
            String url = "redis://127.0.0.1:" + web.getLocalPort();
            String keys = "url: '" + url + "', on_failure: refuse, timeout: 500ms";

            assertThatThrownBy(() -> join("one", FleetFiles.state(directory, keys)))
                    .hasMessageStartingWith("state.url " + url + " is no Redis and no Valkey");
        }
    }

    private static void refuseEverything(ServerSocket web) {
        try {
            while (true) {
                Socket socket = web.accept();
                socket.getInputStream().read();
                socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.close();
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }

    @Test
    void while_a_change_rolls_out_the_smaller_limit_holds_and_both_say_so_once() {
        try (CapturedLog log = new CapturedLog()) {
            Limits old = limits(join("old"), 3, null, null);
            RedisFleet leaving = join("new");
            Limits renewed = limits(leaving, 5, null, null);
            await().until(() -> remaining(renewed, "requests_per_minute") == 3);
            take(old, 0);
            take(renewed, 0);
            take(renewed, 0);
            assertThat(old.reserve(0)).isInstanceOf(Refusal.class);
            assertThat(renewed.reserve(0)).isInstanceOf(Refusal.class);
            old.reconfigure(new RateLimitConfig(3, null, null));
            await().untilAsserted(() -> assertThat(log.messages())
                    .filteredOn(line -> line.contains("differently"))
                    .containsExactlyInAnyOrder(
                            "The instances' configurations limit the provider p differently; the smaller figures hold:"
                                    + " requests_per_minute: 3. This instance has requests_per_minute: 5",
                            "The instances' configurations limit the provider p differently; the smaller figures hold:"
                                    + " requests_per_minute: 3. They are those of this instance; another one has larger"
                                    + " ones, or none"));

            old.reconfigure(new RateLimitConfig(5, null, null));
            await().until(() -> renewed.reserve(0) instanceof Reservation);
        }
    }

    /** Soon, and not only with the next renewal of what it holds: it asks for nothing as long as it knows of no limit. */
    @Test
    void an_instance_without_a_limit_keeps_that_of_one_that_starts_later() {
        RedisFleet old = join("old");
        Limits unlimited = limits(old, null, null, null);
        RedisFleet later = join("new");
        limits(later, 3, null, null);
        later.serving(List.of(), Set.of("provider:p"), "digest");

        await().atMost(5, TimeUnit.SECONDS).until(() -> unlimited.levels().containsKey("requests_per_minute"));
        for (int i = 0; i < 3; i++) {
            take(unlimited, 0);
        }
        assertThat(unlimited.reserve(0)).isInstanceOf(Refusal.class);
    }
}
