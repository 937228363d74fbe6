package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.traffic.Limits.Level;
import dev.loom.gateway.traffic.Limits.Refusal;
import dev.loom.gateway.traffic.Limits.Reservation;
import dev.loom.gateway.traffic.LocalLimits;
import dev.loom.gateway.traffic.ManualTime;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script counts as the limits in memory do, step by step, on a clock that the test moves. Long: the script has one test for
 * each of its rules.
 */
class LimitsScriptTest {

    private static final long LEASE_MICROS = 30_000_000;

    private static RedisServer server;
    private static RedisClient client;
    private static RedisCommands<String, String> redis;

    private final ManualTime time = new ManualTime();
    private String[] keys = new Keys("t:").limits("provider:p");
    private RateLimitConfig config = RateLimitConfig.NONE;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        client = RedisClient.create(server.url());
        redis = client.connect().sync();
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        server.close();
    }

    private Reply run(String todo, Object... more) {
        Object[] own = {todo, micros(), limit(0), limit(1), limit(2)};
        String[] args = Stream.concat(Stream.of(own), Stream.of(more))
                .map(String::valueOf)
                .toArray(String[]::new);
        return Reply.of(redis.eval(Script.LIMITS.text(), ScriptOutputType.MULTI, keys, args));
    }

    /** Not 0, which would be the server's own clock. */
    private long micros() {
        return 1_000_000_000_000L + time.nanoTime() / 1_000;
    }

    private int limit(int place) {
        Integer limit = List.of(
                        zero(config.requestsPerMinute()),
                        zero(config.tokensPerMinute()),
                        zero(config.concurrentRequests()))
                .get(place);
        return limit;
    }

    private static Integer zero(Integer limit) {
        return limit == null ? (Integer) 0 : limit;
    }

    private Reply reserve(long tokens, String permit) {
        return run("reserve", tokens, permit, LEASE_MICROS);
    }

    private Reply renew(String instance, Duration life, String... permits) {
        List<Object> args =
                new ArrayList<>(List.of(instance, life.toNanos() / 1_000, 0, 0, 0, 0, LEASE_MICROS, permits.length));
        args.addAll(List.of(permits));
        return run("renew", args.toArray());
    }

    /** Every decision, wait and level is that of the model, whatever happens in whatever order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void it_counts_as_the_memory_does(long seed) {
        redis.flushall();
        Random random = new Random(seed);
        config = new RateLimitConfig(
                random.nextInt(4) == 0 ? null : 1 + random.nextInt(200),
                random.nextInt(4) == 0 ? null : 1 + random.nextInt(seed == 8 ? 100_000_000 : 5_000),
                random.nextInt(4) == 0 ? null : 1 + random.nextInt(6));
        LocalLimits model = new LocalLimits(config, time);
        Map<String, Reservation> open = new HashMap<>();
        Map<String, Long> charged = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            time.advance(Duration.ofNanos(1_000L * random.nextInt(random.nextInt(10) == 0 ? 5_000_000 : 50_000)));
            renewAll(open);
            Reply reply;
            if (open.isEmpty() || random.nextInt(5) < 3) {
                reply = reserveBoth(model, "a:" + i, random.nextInt(3_000), open, charged);
            } else {
                String permit = open.keySet().iterator().next();
                reply = endBoth(permit, random, open, charged);
            }
            assertThat(levels(reply)).as("step %d", i).isEqualTo(model.levels());
        }
    }

    /** Else leases would run out in this test's long pauses. */
    private void renewAll(Map<String, Reservation> open) {
        if (!open.isEmpty()) {
            renew("a", Duration.ofHours(1), open.keySet().toArray(String[]::new));
        }
    }

    private Reply reserveBoth(
            LocalLimits model, String permit, long tokens, Map<String, Reservation> open, Map<String, Long> charged) {
        Reply reply = reserve(tokens, permit);
        Object expected = model.reserve(tokens);
        if (expected instanceof Refusal refusal) {
            assertThat(new Refusal(reply.limit(), reply.retryIn())).isEqualTo(refusal);
        } else {
            assertThat(reply.code()).isZero();
            open.put(permit, (Reservation) expected);
            charged.put(permit, config.tokensPerMinute() == null ? 0 : Math.min(tokens, config.tokensPerMinute()));
        }
        return reply;
    }

    private Reply endBoth(String permit, Random random, Map<String, Reservation> open, Map<String, Long> charged) {
        Reservation reservation = open.remove(permit);
        long taken = charged.remove(permit);
        if (random.nextBoolean()) {
            reservation.cancel();
            return run("settle", permit, -1, -taken);
        }
        long used = random.nextInt((int) Math.max(1, taken));
        reservation.settle(used);
        reservation.release();
        return run("settle", permit, 0, used - taken);
    }

    private static Map<String, Level> levels(Reply reply) {
        LocalLimits seen = new LocalLimits(RateLimitConfig.NONE, new ManualTime());
        seen.adopt(reply.limits(), reply.requests(), reply.tokens(), reply.inUse());
        return seen.levels();
    }

    @Test
    void the_permits_of_an_instance_that_falls_silent_come_back_after_thirty_seconds() {
        redis.flushall();
        config = new RateLimitConfig(null, null, 15);
        for (int i = 0; i < 15; i++) {
            assertThat(reserve(1, "a:" + i).code()).isZero();
        }
        time.advance(Duration.ofMillis(29_999));
        assertThat(reserve(1, "b:1").limit()).isEqualTo("concurrent_requests");

        time.advance(Duration.ofMillis(1));
        assertThat(reserve(1, "b:1").inUse()).isEqualTo(1);
    }

    @Test
    void whoever_renews_keeps_its_permits() {
        redis.flushall();
        config = new RateLimitConfig(null, null, 1);
        reserve(1, "a:1");
        for (int i = 0; i < 6; i++) {
            time.advance(Duration.ofSeconds(10));
            renew("a", Duration.ofSeconds(30), "a:1");
        }
        assertThat(reserve(1, "b:1").limit()).isEqualTo("concurrent_requests");
    }

    @Test
    void whoever_comes_back_holds_what_it_says_and_nothing_else() {
        redis.flushall();
        config = new RateLimitConfig(null, null, 10);
        reserve(1, "a:1");
        reserve(1, "a:2");
        reserve(1, "aa:1");

        assertThat(renew("a", Duration.ofSeconds(30), "a:2", "a:3").inUse()).isEqualTo(3);
        assertThat(redis.zrange(keys[1], 0, -1)).containsExactlyInAnyOrder("a:2", "a:3", "aa:1");
    }

    @Test
    void the_smaller_limit_holds_while_both_live() {
        redis.flushall();
        config = new RateLimitConfig(100, null, 5);
        assertThat(renew("old", Duration.ofSeconds(30)).code()).isZero();
        reserve(1, "old:1");
        config = new RateLimitConfig(40, 1_000, null);
        Reply agreed = renew("new", Duration.ofSeconds(30));

        assertThat(agreed.code()).as("they differ").isEqualTo(1);
        assertThat(agreed.limits()).isEqualTo(new RateLimitConfig(40, 1_000, 5));
        assertThat(levels(agreed).get("requests_per_minute")).isEqualTo(new Level(40, 39));

        time.advance(Duration.ofSeconds(31));
        assertThat(renew("new", Duration.ofSeconds(30)).limits())
                .as("the old one is gone")
                .isEqualTo(config);
    }

    @Test
    void whoever_leaves_counts_no_more() {
        redis.flushall();
        config = new RateLimitConfig(10, null, null);
        renew("small", Duration.ofSeconds(30));
        config = new RateLimitConfig(20, null, null);
        assertThat(renew("large", Duration.ofSeconds(30)).limits().requestsPerMinute())
                .isEqualTo(10);

        config = new RateLimitConfig(10, null, null);
        renew("small", Duration.ZERO);
        config = new RateLimitConfig(20, null, null);
        assertThat(renew("large", Duration.ofSeconds(30)).limits().requestsPerMinute())
                .isEqualTo(20);
    }

    @Test
    void what_was_used_and_not_told_is_taken_even_below_zero() {
        redis.flushall();
        config = new RateLimitConfig(10, 100, null);
        Reply reply = run("renew", "a", LEASE_MICROS, 4, 150, 0, 0, LEASE_MICROS, 0);

        assertThat(levels(reply))
                .containsEntry("requests_per_minute", new Level(10, 6))
                .containsEntry("tokens_per_minute", new Level(100, -50));
    }

    @Test
    void a_store_that_knows_nothing_begins_with_what_an_instance_knew() {
        redis.flushall();
        config = new RateLimitConfig(10, 100, null);
        Reply reply = run("renew", "a", LEASE_MICROS, 0, 0, 7 * 60_000_000L, 80 * 60_000_000L, LEASE_MICROS, 0);

        assertThat(levels(reply))
                .containsEntry("requests_per_minute", new Level(10, 3))
                .containsEntry("tokens_per_minute", new Level(100, 20));
    }

    /** Whoever comes first may have heard the least. */
    @Test
    void what_each_instance_knew_counts_after_a_loss_whoever_comes_first() {
        redis.flushall();
        config = new RateLimitConfig(10, 100, null);
        run("renew", "idle", LEASE_MICROS, 0, 0, 0, 0, LEASE_MICROS, 0);
        Object[] busy = {"busy", LEASE_MICROS, 1, 5, 7 * 60_000_000L, 80 * 60_000_000L, LEASE_MICROS, 0};

        assertThat(levels(run("renew", busy)))
                .as("and one request of five tokens that nobody was told of")
                .containsEntry("requests_per_minute", new Level(10, 2))
                .containsEntry("tokens_per_minute", new Level(100, 15));
        busy[2] = 0;
        busy[3] = 0;
        assertThat(levels(run("renew", busy)))
                .as("once")
                .containsEntry("requests_per_minute", new Level(10, 2))
                .containsEntry("tokens_per_minute", new Level(100, 15));
    }
}
