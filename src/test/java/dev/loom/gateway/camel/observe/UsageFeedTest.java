package dev.loom.gateway.camel.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.accounts.AccountBooks;
import dev.loom.gateway.accounts.MemoryStore;
import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The route {@code loom-usage} has a step of somebody's own, which fails as long as a test wants. */
class UsageFeedTest {

    private final TimeSource time = TimeSource.system();
    private final AccountBooks books =
            new AccountBooks(time, config -> new MemoryStore(), (url, privately, body, signature) -> 200);
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final UsageFeed feed = new UsageFeed(context, books);
    private final List<String> batches = new CopyOnWriteArrayList<>();
    private volatile boolean fails = true;

    @BeforeEach
    void start() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:loom-usage")
                        .errorHandler(noErrorHandler())
                        .process(exchange -> {
                            batches.add(exchange.getProperty("loomUsageBatch", String.class));
                            if (fails) {
                                throw new IllegalStateException("Kafka is away");
                            }
                        })
                        .process(feed.store());
            }
        });
        context.disableJMX();
        context.getPropertiesComponent().addOverrideProperty("loom.enabled", "false");
        context.start();
        var config = Accounting.config("limits: [{window: 1h, max_tokens: 1000}]");
        books.under(config);
        use(1);
        feed.follow(config);
    }

    @AfterEach
    void stop() throws Exception {
        feed.close();
        context.close();
    }

    private void use(int tokens) {
        books.buffer().add("team-a", "p", "m", 1, new Usage(tokens, 0, 0), 0);
    }

    private long stored() throws Exception {
        return books.store().read(UsageQuery.since(time.instant(), Duration.ofHours(1))).stream()
                .mapToLong(UsageRow::tokens)
                .sum();
    }

    @Test
    void a_batch_whose_step_fails_comes_again_as_the_same_one_before_the_next() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            await().until(() -> batches.size() >= 3);
            assertThat(batches).containsOnly(batches.get(0));
            assertThat(log.messages().stream().filter(line -> line.contains("waits in memory")))
                    .as("said once")
                    .hasSizeLessThanOrEqualTo(1);
        }
        use(10);
        assertThat(stored()).isZero();
        fails = false;

        await().until(() -> stored() == 11);
        assertThat(batches.stream().distinct()).hasSize(2);
        assertThat(batches.get(batches.size() - 1)).isNotEqualTo(batches.get(0));
    }

    @Test
    void a_gateway_that_stops_stores_what_has_gathered_behind_a_batch_that_failed() throws Exception {
        await().until(() -> batches.size() >= 2);
        use(10);
        fails = false;
        feed.close(Duration.ofSeconds(20));

        assertThat(stored()).isEqualTo(11);
    }
}
