package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.traffic.ManualTime;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script and its model in Java are told the same by three instances, in random order: permits taken, given back twice,
 * renewed and forgotten, configurations that differ, instances that leave and fall silent.
 */
class LimitsScriptModelTest {

    private static final int STEPS = 1_500;
    private static final String LEASE = "30000000";

    private final ManualTime time = new ManualTime();
    private final ModelStore model = new ModelStore(time);
    private final String[] keys = new Keys("m:").limits("provider:p");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void the_script_counts_as_its_model_does(long seed) {
        compare(seed, RedisServer::start);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void so_it_does_in_valkey(long seed) {
        compare(seed, RedisServer::valkey);
    }

    private void compare(long seed, Supplier<RedisServer> starts) {
        try (RedisServer server = starts.get()) {
            RedisClient client = RedisClient.create(server.url());
            try {
                compare(new Random(seed), client.connect().sync());
            } finally {
                client.shutdown();
            }
        }
    }

    private void compare(Random random, RedisCommands<String, String> redis) {
        // Not 0, which would be the server's own clock.
        time.advance(Duration.ofHours(1));
        for (int i = 0; i < STEPS; i++) {
            time.advance(Duration.ofNanos(1_000L * random.nextInt(random.nextInt(40) == 0 ? 20_000_000 : 50_000)));
            String[] words = words(random);
            List<Object> expected = model.run(Script.LIMITS, keys, words).join();
            List<Object> reply = redis.eval(Script.LIMITS.text(), ScriptOutputType.MULTI, keys, words);
            assertThat(reply).as("step %d: %s", i, List.of(words)).isEqualTo(expected);
        }
    }

    private String[] words(Random random) {
        int instance = random.nextInt(3);
        List<String> own =
                switch (instance) {
                    case 0 -> List.of("100", "0", "4");
                    case 1 -> List.of("100", "5000", "4");
                    default -> List.of("40", "9000", "6");
                };
        String todo = List.of("renew", "settle", "settle", "reserve", "reserve").get(random.nextInt(5));
        List<String> more =
                switch (todo) {
                    case "reserve" -> List.of(text(random.nextInt(1_500)), permit(random, instance), LEASE);
                    case "settle" ->
                        List.of(
                                permit(random, instance),
                                text(random.nextInt(3) - 1),
                                text(random.nextInt(2_000) - 1_500));
                    default -> renewal(random, instance);
                };
        String now = text(time.nanoTime() / 1_000);
        return Stream.of(List.of(todo, now), own, more).flatMap(List::stream).toArray(String[]::new);
    }

    private static List<String> renewal(Random random, int instance) {
        int held = random.nextInt(4);
        List<String> words = new ArrayList<>(List.of(
                "i" + instance,
                random.nextInt(6) == 0 ? "0" : LEASE,
                text(random.nextInt(3)),
                text(random.nextInt(200)),
                text(random.nextInt(100) * 60_000_000L),
                text(random.nextInt(4_000) * 60_000_000L),
                LEASE,
                text(held)));
        for (int i = 0; i < held + random.nextInt(3); i++) {
            words.add(permit(random, instance));
        }
        return words;
    }

    /** One of few, so that the same comes again. */
    private static String permit(Random random, int instance) {
        return "i" + instance + ":" + random.nextInt(8);
    }

    private static String text(long number) {
        return Long.toString(number);
    }
}
