package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.traffic.ManualTime;
import io.lettuce.core.RedisException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

    /** As it is seen where a cluster's nodes change. */
    @Test
    void a_connection_that_the_client_has_closed_itself_is_named_so() {
        assertThat(Words.of(new ExecutionException(new RedisException("Connection is closed")), CONFIG))
                .startsWith("state.url redis://here closed the connection");
    }

    /** As it is seen where a server closes the connection at its beginning. */
    @Test
    void a_connection_that_is_closed_before_its_greeting_is_named_so() {
        assertThat(Words.of(new RedisException("RedisHandshakeHandler not registered"), CONFIG))
                .startsWith("state.url redis://here closed the connection");
    }

    /** Seen once in 1,500 connections on a busy machine. */
    @Test
    void a_reason_that_the_client_has_lost_is_asked_for_again() {
        RedisException lost = new RedisException(
                "Unable to connect", new IllegalStateException("RedisHandshakeHandler not registered"));
        Iterator<RedisException> replies = List.of(
                        lost, new RedisException("WRONGPASS invalid"), new RedisException("too many"))
                .iterator();
        Store store = new Store(
                CONFIG, new ManualTime(), () -> Redis.withReason(() -> CompletableFuture.failedFuture(replies.next())));

        assertThat(store.connect()).isFalse();
        assertThat(store.problem()).contains("refuses the password");
        assertThat(replies.next()).hasMessage("too many");
    }

    @Test
    void a_replica_is_named_with_what_to_do() {
        String reply = "READONLY You can't write against a read only replica. script: 3920001d, on @user_script:18.";
        assertThat(Words.of(new ExecutionException(new RedisException(reply)), CONFIG))
                .isEqualTo(
                        "state.url redis://here is a replica, which cannot count: name its master, or let it be promoted");
    }

    /** So that neither the start of an instance nor the fleet's own thread fails with it. */
    @Test
    void a_client_that_throws_at_once_is_a_server_that_is_away() {
        Store store = new Store(CONFIG, new ManualTime(), () -> {
            throw new RedisException("Connection is closed");
        });
        assertThat(store.connect()).isFalse();
        assertThat(store.problem()).contains("closed the connection");
    }
}
