package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.TestTargets;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Who waits for a provider's list of models. */
@NullUnmarked
class AskedModelsTest {

    private static final Instant START = Instant.EPOCH;

    private final ProviderConfig provider =
            TestTargets.provider("openai", "https://up.example/v1", null, "key-1", Map.of());
    private final AskedModels models = new AskedModels();

    private Set<String> after(int seconds, Callable<Set<String>> question) {
        return models.of(provider, START.plusSeconds(seconds), question);
    }

    @Test
    void nobody_waits_again_for_a_provider_that_has_not_told_once() throws Exception {
        assertThat(after(0, () -> {
                    throw new IOException("it is down");
                }))
                .isNull();
        CountDownLatch silence = new CountDownLatch(1);
        CompletableFuture<String> asked = new CompletableFuture<>();
        Callable<Set<String>> silent = () -> {
            asked.complete(Thread.currentThread().getName());
            silence.await();
            return Set.of("m");
        };

        assertThat(after(30, silent)).as("it is not asked again so soon").isNull();
        assertThat(asked).isNotDone();
        assertThat(after(61, silent)).as("it is asked, and nobody waits").isNull();
        asked.join();
        silence.countDown();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals(asked.join())) {
                thread.join();
            }
        }
        assertThat(after(62, silent)).containsExactly("m");
    }

    @Test
    void a_list_is_shown_while_the_next_is_asked_for() {
        assertThat(after(0, () -> Set.of("old"))).containsExactly("old");
        CountDownLatch never = new CountDownLatch(1);
        assertThat(after(601, () -> {
                    never.await();
                    return Set.of("new");
                }))
                .containsExactly("old");
        never.countDown();
    }
}
