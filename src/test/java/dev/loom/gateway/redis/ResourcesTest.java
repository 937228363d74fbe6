package dev.loom.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is logged of a connection that needs a password, where all that can be logged is. */
class ResourcesTest {

    private static final String SECRET = "very-secret";

    @BeforeEach
    void log_everything() {
        Configurator.setLevel("io.lettuce", Level.TRACE);
    }

    @AfterEach
    void log_as_before() {
        Configurator.reconfigure();
    }

    private static String logged(ClientResources resources) {
        try (RedisServer server = RedisServer.start("--requirepass", SECRET);
                CapturedLog log = new CapturedLog()) {
            RedisClient client = RedisClient.create(
                    resources,
                    RedisURI.builder()
                            .withHost("127.0.0.1")
                            .withPort(server.port())
                            .withPassword(SECRET.toCharArray())
                            .build());
            try {
                assertThat(client.connect().sync().ping()).isEqualTo("PONG");
                assertThat(client.connectPubSub().isOpen()).isTrue();
            } finally {
                client.shutdown();
                resources.shutdown();
            }
            return log.text();
        }
    }

    @Test
    void the_password_is_not_in_it() {
        assertThat(logged(Resources.create()))
                .contains("io.lettuce.core.protocol")
                .doesNotContain(SECRET);
    }

    @Test
    void it_would_be_found_if_it_were() {
        assertThat(logged(ClientResources.create())).contains(SECRET);
    }
}
