package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.observe.LogFormat;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.LoadedConfig;
import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.ExplicitCamelContextNameStrategy;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the JVM compile the way of a request before the first client takes it. A second gateway in the same process, on a
 * port of its own on loopback, is asked and closed: the same classes and the routes as shipped, but nothing of it is in
 * anybody's counts, logs or limits, and no step that a user has put into a route is run.
 */
final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private static final String CONFIG = "classpath:loom/warm-up.yaml";

    /** By then the most used methods are compiled; a start would take longer than it gains with more. */
    private static final int REQUESTS = 300;

    /** For the caches of the JVM, which keep what has been compiled: as many as take some seconds. */
    private static final int TRAINING = 6_000;

    private static final Duration LONGEST_TRAINING = Duration.ofSeconds(60);

    private static final String PROMPT = "\"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]";

    /** One of each language, those most used more often. */
    private static final List<Question> QUESTIONS = List.of(
            new Question("/v1/chat/completions", "\"max_tokens\": 5, " + PROMPT),
            new Question("/v1/chat/completions", "\"max_tokens\": 5, \"stream\": true, " + PROMPT),
            new Question("/v1/chat/completions", "\"max_tokens\": 5, " + PROMPT),
            new Question("/v1/messages", "\"max_tokens\": 5, " + PROMPT),
            new Question("/v1/messages", "\"max_tokens\": 5, \"stream\": true, " + PROMPT),
            new Question("/v1/responses", "\"max_output_tokens\": 16, \"input\": \"Hello!\""),
            new Question("/v1/responses", "\"max_output_tokens\": 16, \"stream\": true, \"input\": \"Hello!\""),
            new Question("/v1/embeddings", "\"input\": \"Hello!\""));

    private final TimeSource time = TimeSource.system();
    private final Duration most;
    private final int requests;

    private WarmUp(Duration most, int requests) {
        this.most = most;
        this.requests = requests;
    }

    /** @param most after which the gateway begins to serve, however far this has come; 0 leaves it out */
    static WarmUp before(Duration most) {
        return new WarmUp(most, REQUESTS);
    }

    static WarmUp training() {
        return new WarmUp(LONGEST_TRAINING, TRAINING);
    }

    /** What is asked, of a model that fails over first. */
    private record Question(String path, String rest) {

        HttpPost at(int port) {
            HttpPost post = new HttpPost("http://127.0.0.1:" + port + path);
            post.setEntity(new StringEntity("{\"model\": \"warm\", " + rest + "}", ContentType.APPLICATION_JSON));
            return post;
        }
    }

    /** Never fails: a gateway that is cold serves, too. */
    void run() {
        if (most.isZero()) {
            return;
        }
        long began = time.nanoTime();
        try {
            int asked = LogFormat.quietly(() -> run(began + most.toNanos()));
            LOG.info("Warmed up with {} requests in {} ms", asked, (time.nanoTime() - began) / 1_000_000);
        } catch (Exception e) {
            LOG.info("The gateway starts cold: {}", e.toString());
        }
    }

    private int run(long end) throws Exception {
        int port = freePort();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.setNameStrategy(new ExplicitCamelContextNameStrategy("loom-warm-up"));
            context.disableJMX();
            context.setStartupSummaryLevel(StartupSummaryLevel.Off);
            context.getShutdownStrategy().setTimeout(1);
            // Not what finds a configuration by itself in every context, and no routes for operators.
            context.getPropertiesComponent().addOverrideProperty("loom.enabled", "false");
            context.getPropertiesComponent().addOverrideProperty("loom.admin.enabled", "false");
            new EmbeddedGateway(settings(port), load(port)).setCamelContext(context);
            context.start();
            return ask(port, end);
        }
    }

    private static EmbeddedSettings settings(int port) {
        return new EmbeddedSettings(
                true,
                CONFIG,
                ShippedRoutes.ofRequests(),
                new EmbeddedSettings.Port(true, "127.0.0.1", port),
                new EmbeddedSettings.Port(false, "127.0.0.1", 0));
    }

    private static LoadedConfig load(int port) throws ConfigException {
        return new ConfigLoader(name -> name.equals("LOOM_WARM_UP_PORT") ? String.valueOf(port) : null)
                .load(List.of(CONFIG));
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private int ask(int port, long end) throws IOException {
        int asked = 0;
        try (CloseableHttpClient client = HttpClients.createMinimal()) {
            while (asked < requests && time.nanoTime() < end) {
                client.execute(QUESTIONS.get(asked % QUESTIONS.size()).at(port), answer -> {
                    EntityUtils.consume(answer.getEntity());
                    return answer.getCode();
                });
                asked++;
            }
        }
        return asked;
    }
}
