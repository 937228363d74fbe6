package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.testing.StoreFailure;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.Limits.Level;
import dev.loom.gateway.traffic.Limits.Refusal;
import dev.loom.gateway.traffic.Limits.Reservation;
import dev.loom.gateway.traffic.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever keeps the server away: two instances count on by themselves, and together again when it is there. */
class StoreFailuresTest {

    private static final int PERMITS = 4;

    @TempDir
    Path directory;

    private final StoreFailure.Scene scene = new StoreFailure.Scene();
    private final List<RedisFleet> fleets = new ArrayList<>();
    private Limits one;
    private Limits two;

    @BeforeEach
    void join() {
        one = join("one");
        two = join("two");
        await().until(() ->
                fleets.stream().allMatch(fleet -> fleet.status().instances().size() == 2));
    }

    private Limits join(String name) {
        RedisFleet fleet = new RedisFleet(
                FleetFiles.state(directory, "timeout: 500ms, url: '" + scene.url() + "'"),
                name,
                "1",
                TimeSource.system());
        fleets.add(fleet);
        return fleet.of("provider:p", new RateLimitConfig(1_000, null, PERMITS));
    }

    @AfterEach
    void close() {
        scene.server().thaw();
        fleets.forEach(RedisFleet::close);
        scene.close();
    }

    private void awaitAvailable(boolean available) {
        await().atMost(30, TimeUnit.SECONDS)
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .until(() -> fleets.stream().allMatch(fleet -> fleet.status().available() == available));
    }

    private static Reservation take(Limits limits) {
        return (Reservation) limits.reserve(0);
    }

    private String permits() {
        return scene.server().cli("ZCARD", "loom:{limits:provider:p}:permits");
    }

    @ParameterizedTest
    @EnumSource
    void counting_is_each_ones_share_and_common_again_from_the_first_request_on(StoreFailure failure) {
        List<Reservation> held = new ArrayList<>(List.of(take(one)));
        scene.begin(failure);
        held.add(take(two));
        awaitAvailable(false);
        held.add(take(one));
        assertThat(one.levels()).containsEntry("concurrent_requests", new Level(PERMITS / 2, 0));
        assertThat(one.reserve(0)).as("its share is two").isInstanceOf(Refusal.class);

        scene.end(failure);
        awaitAvailable(true);
        held.add(take(one));
        assertThat(((Refusal) two.reserve(0)).limit())
                .as("its share would have room")
                .isEqualTo("concurrent_requests");
        assertThat(permits()).isEqualTo("4");
        held.forEach(Reservation::release);
        await().untilAsserted(() -> assertThat(permits()).isEqualTo("0"));
    }
}
