package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.StateConfig;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class WordsTest {

    private static final StateConfig CONFIG =
            new StateConfig("redis", "redis://here", null, "loom:", Duration.ofMillis(50), "local", null);

    /** As it is seen where a server is killed while something is being sent to it. */
    @Test
    void a_connection_that_is_closed_below_the_client_is_named_so() {
        assertThat(Words.of(new ExecutionException(new ClosedChannelException()), CONFIG))
                .startsWith("state.url redis://here closed the connection");
    }
}
