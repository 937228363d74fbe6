package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.traffic.LocalLimits;
import dev.loom.gateway.traffic.ManualTime;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real port, at which time passes only while a request is served. */
class LagTest {

    private static final Duration LONGER = ServerConfig.DEFAULTS.maxLag().plusMillis(1);

    private final ManualTime time = new ManualTime();
    private final Lag lag = new Lag(time);
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private Duration served = LONGER;
    private int port;

    @BeforeEach
    void start() {
        ClientKeys keys = new ClientKeys(ServerConfig.DEFAULTS, (name, config) -> new LocalLimits(config, time), null);
        Router router = Router.router(vertx);
        router.route().handler(new ClientGate(() -> keys, new Stopping(time), new InFlight(), lag, new Refusals()));
        router.route().handler(context -> {
            time.advance(served);
            context.end();
        });
        port = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private HttpResponse<String> ask() {
        time.advance(Duration.ofMillis(1));
        HttpResponse<String> answer = Http.get("http://localhost:" + port + "/v1/models");
        // The answer may be here before the event loop has looked at the time.
        vertx.nettyEventLoopGroup().next().submit(() -> {}).syncUninterruptibly();
        return answer;
    }

    private List<Integer> ask(int times) {
        return IntStream.range(0, times).map(i -> ask().statusCode()).boxed().toList();
    }

    @Test
    void an_event_loop_that_is_behind_for_a_while_refuses_and_takes_on_again_when_it_is_not() {
        assertThat(ask(Congestion.FEWEST)).containsOnly(200);
        assertThat(ask().statusCode()).isEqualTo(429);
        served = Duration.ZERO;
        assertThat(ask(3)).containsOnly(200);
    }

    @Test
    void a_refusal_says_what_is_full_and_when_to_come_back_and_the_log_says_it_once() {
        try (CapturedLog log = new CapturedLog()) {
            ask(Congestion.FEWEST);
            HttpResponse<String> refusal = ask();
            assertThat(refusal.body()).contains("overloaded", "longer than 500 ms (server.max_lag)");
            assertThat(refusal.headers().firstValue("Retry-After")).hasValue("1");
            ask(20);
            assertThat(log.messages())
                    .filteredOn(line -> line.contains("max_lag"))
                    .hasSize(1);
        }
    }

    @Test
    void loops_that_are_in_time_refuse_nobody() {
        served = ServerConfig.DEFAULTS.maxLag();
        assertThat(ask(50)).containsOnly(200);
    }

    @Test
    void workers_that_begin_late_for_a_while_refuse_until_nothing_waits_for_them() {
        served = Duration.ZERO;
        for (int i = 0; i < Congestion.FEWEST; i++) {
            long given = lag.given();
            time.advance(LONGER);
            lag.begun(given);
            assertThat(ask().statusCode()).isEqualTo(200);
        }
        long given = lag.given();
        assertThat(ask().statusCode()).as("one waits still").isEqualTo(429);
        lag.begun(given);
        ask();
        assertThat(ask(5)).isEqualTo(Collections.nCopies(5, 200));
    }
}
