package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.traffic.SharedAccounts.Reply;
import dev.loom.gateway.traffic.SharedAccounts.Window;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The script counts exactly what was used and reserved, on a clock that the test moves. */
class AccountsScriptTest {

    private static final long SLICE = 1_000;
    private static final long LEASE = CommonLimits.LEASE.toMillis();
    private static final long HOUR = 3_600_000;

    private static RedisServer server;
    private static RedisClient client;
    private static RedisCommands<String, String> redis;
    private static int accounts;

    private final String[] keys = new Keys("t:").account("a" + ++accounts);
    private long now = 1_800_000_000_000L;

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

    private Reply run(String todo, String request, long tokens, long cost, Window... windows) {
        return CommonAccounts.reply(redis.eval(
                Script.ACCOUNTS.text(),
                ScriptOutputType.MULTI,
                keys,
                CommonAccounts.args(todo, now, request, tokens, cost, List.of(windows))));
    }

    private static Window sliding(long most, long known, Long... tellAt) {
        return new Window("t:per_minute", false, SLICE, 0, 0, most, known, List.of(tellAt));
    }

    private static Window hour(long begin, long most) {
        return new Window("c:hourly", true, 0, begin, begin + HOUR, most, 0, List.of());
    }

    private static String name(int number, long tokens, long cost) {
        return "i:" + number + ":" + tokens + ":" + cost;
    }

    private record Used(long at, long tokens, long cost) {}

    private record UnderWay(String request, long tokens, long cost, long until) {}

    /** Long: the model that the script is compared with stands here. */
    @Test
    void it_grants_what_there_is_room_for_and_nothing_else_step_by_step() {
        Random random = new Random(16);
        List<Used> all = new ArrayList<>();
        Deque<UnderWay> underWay = new ArrayDeque<>();
        int granted = 0;
        int refused = 0;
        for (int i = 0; i < 3_000; i++) {
            now += random.nextInt(1_500);
            long begin = now / HOUR * HOUR;
            Window tokens = sliding(1_000, 0);
            Window cost = hour(begin, 30_000);
            underWay.removeIf(each -> each.until() <= now);
            if (random.nextInt(3) == 0 && !underWay.isEmpty()) {
                UnderWay one = underWay.remove();
                long used = random.nextInt(100);
                run("settle", one.request(), used, used, tokens, cost);
                all.add(new Used(now, used, used));
            }
            long wanted = 1 + random.nextInt(300);
            long usedTokens = all.stream()
                    .filter(each -> each.at() / SLICE > now / SLICE - 61)
                    .mapToLong(Used::tokens)
                    .sum();
            long usedCost = all.stream()
                    .filter(each -> each.at() >= begin)
                    .mapToLong(Used::cost)
                    .sum();
            long reservedTokens = underWay.stream().mapToLong(UnderWay::tokens).sum();
            String request = name(i, wanted, wanted);
            Reply reply = run("reserve", request, wanted, wanted, tokens, cost);

            boolean fits =
                    fits(wanted, 1_000, usedTokens + reservedTokens) && fits(wanted, 30_000, usedCost + reservedTokens);
            assertThat(reply.refused() < 0).as("step " + i).isEqualTo(fits);
            assertThat(reply.used()).containsExactly(usedTokens, usedCost);
            assertThat(reply.tokens()).isEqualTo(reservedTokens + (fits ? wanted : 0));
            if (fits) {
                underWay.add(new UnderWay(request, wanted, wanted, now + LEASE));
                granted++;
            } else {
                refused++;
            }
        }
        assertThat(granted).isGreaterThan(300);
        assertThat(refused).isGreaterThan(300);
    }

    private static boolean fits(long wanted, long most, long taken) {
        return taken == 0 || wanted <= most - taken;
    }

    @Test
    void the_wait_that_is_told_is_long_enough_and_not_longer() {
        run("settle", "", 600, 0, sliding(1_000, 0));
        now += 20_500;
        run("settle", "", 400, 0, sliding(1_000, 0));
        Reply refused = run("reserve", name(1, 500, 0), 500, 0, sliding(1_000, 0));

        assertThat(refused.refused()).isZero();
        now += refused.waitMillis() - 1;
        assertThat(run("reserve", name(2, 500, 0), 500, 0, sliding(1_000, 0)).refused())
                .isZero();
        now += 1;
        assertThat(run("reserve", name(3, 500, 0), 500, 0, sliding(1_000, 0)).refused())
                .isNegative();
    }

    @Test
    void what_is_settled_twice_gives_back_once_and_what_was_used_counts_on_in_other_windows() {
        String request = name(1, 300, 0);
        run("reserve", request, 300, 0, sliding(1_000, 0));
        run("settle", request, 200, 0, sliding(1_000, 0));
        assertThat(run("settle", request, 0, 0, sliding(1_000, 0)).tokens()).isZero();
        now += 5_000;
        Window minutes = new Window("t:per_minute", false, 60_000, 0, 0, 500, 0, List.of());
        assertThat(run("reserve", name(2, 100, 0), 100, 0, minutes).used()).containsExactly(200L);
        Window day = new Window("t:per_minute", false, 0, now - HOUR, now + HOUR, 500, 0, List.of());
        assertThat(run("reserve", name(3, 50, 0), 50, 0, day).used()).containsExactly(200L);
        assertThat(run("reserve", name(4, 50, 0), 50, 0, minutes).used()).containsExactly(200L);
    }

    @Test
    void leases_end_unless_they_are_renewed() {
        run("reserve", name(1, 300, 0), 300, 0, sliding(1_000, 0));
        run("reserve", name(2, 300, 0), 300, 0, sliding(1_000, 0));
        now += LEASE - 1;
        renew(name(2, 300, 0));
        now += 2;

        assertThat(run("reserve", name(3, 1, 0), 1, 0, sliding(1_000, 0)).tokens())
                .isEqualTo(301);
    }

    @Test
    void somebody_is_told_once_in_a_window_and_a_store_that_knows_nothing_takes_what_is_known() {
        Window window = sliding(1_000, 700, 800L, 1_000L);
        assertThat(run("settle", "", 50, 0, window).told()).containsExactly(0L);
        assertThat(run("settle", "", 50, 0, window).told()).containsExactly(1L);
        assertThat(run("settle", "", 50, 0, window).told()).containsExactly(0L);
        Reply refused = run("reserve", name(1, 500, 0), 500, 0, window);
        assertThat(refused.used()).containsExactly(850L);
        assertThat(refused.told()).as("a refusal is a limit reached").containsExactly(2L);
        assertThat(run("settle", "", 500, 0, window).told()).containsExactly(0L);
        now += 61_000;

        assertThat(run("settle", "", 1_500, 0, window).told()).containsExactly(3L);
        assertThat(Long.parseLong(server.cli("PTTL", keys[0]))).isBetween(60_000L, 120_000L);
    }

    @Test
    void a_renewal_at_a_server_that_has_lost_everything_does_not_hide_what_is_known() {
        String request = name(1, 300, 0);
        run("reserve", request, 300, 0, sliding(1_000, 0));
        server.cli("DEL", keys[0], keys[1]);
        assertThat(renew(request)).isEmpty();

        assertThat(server.cli("EXISTS", keys[0])).isEqualTo("0");
        assertThat(run("settle", request, 50, 0, sliding(1_000, 700)).used()).containsExactly(750L);
    }

    @Test
    void a_renewal_keeps_the_account_as_long_as_its_request_and_shortens_nothing() {
        String request = name(1, 300, 0);
        run("reserve", request, 300, 0, sliding(1_000, 0));
        renew(request);
        assertThat(Long.parseLong(server.cli("PTTL", keys[0]))).isBetween(60_000L, 120_000L);
        server.cli("PEXPIRE", keys[0], "9000");
        server.cli("PEXPIRE", keys[1], "9000");
        renew(request);

        assertThat(Long.parseLong(server.cli("PTTL", keys[0]))).isBetween(10_000L, LEASE);
        assertThat(Long.parseLong(server.cli("PTTL", keys[1]))).isBetween(10_000L, LEASE);
    }

    @Test
    void a_limit_that_comes_later_begins_with_what_is_known() {
        run("settle", "", 50, 0, sliding(1_000, 700));
        Window day = new Window("t:per_day", false, 0, now - HOUR, now + HOUR, 5_000, 4_000, List.of());

        assertThat(run("reserve", name(1, 10, 0), 10, 0, sliding(1_000, 0), day).used())
                .containsExactly(750L, 4_000L);
        assertThat(run("settle", name(1, 10, 0), 10, 0, day).used()).containsExactly(4_010L);
    }

    @Test
    void what_is_forgotten_does_not_come_back_from_an_instance_that_remembers_it() {
        Window remembered = sliding(1_000, 700, 800L);
        run("forget", "", 0, 0, remembered);
        assertThat(run("reserve", name(1, 10, 0), 10, 0, remembered).used()).containsExactly(0L);
        assertThat(run("settle", name(1, 10, 0), 900, 0, remembered).told()).containsExactly(1L);
        run("reserve", name(2, 10, 0), 10, 0, remembered);
        run("forget", "", 0, 0);

        Reply after = run("settle", "", 800, 0, remembered);
        assertThat(after.used()).containsExactly(800L);
        assertThat(after.tokens()).isEqualTo(10);
        assertThat(after.told())
                .as("a limit that is full again can be reached again")
                .containsExactly(1L);
        now += 61_000;
        assertThat(run("reserve", name(3, 10, 0), 10, 0, remembered).used()).containsExactly(0L);
    }

    private List<Object> renew(String request) {
        return redis.eval(
                Script.ACCOUNTS.text(),
                ScriptOutputType.MULTI,
                keys,
                CommonAccounts.args("renew", now, request, 0, 0, List.of()));
    }
}
