package dev.loom.gateway.camel.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Camel's convention for what is observed, beside the gateway's own paths. */
class ObservePathsTest {

    private static final FakeProvider PROVIDER = FakeProvider.saying("fine");
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(TestGateway.providers("", PROVIDER) + "admin: {token: sk-admin}");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        PROVIDER.close();
    }

    private static int status(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.adminUrl() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request).statusCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/health/ready", "/metrics", "/live", "/ready"})
    void each_path_answers_beneath_observe_too(String path) {
        assertThat(status("/observe" + path, "Authorization", "Bearer sk-admin"))
                .isEqualTo(status(path, "Authorization", "Bearer sk-admin"))
                .isEqualTo(200);
    }

    @Test
    void access_is_asked_for_as_on_the_path_beside_it() {
        assertThat(status("/observe/metrics")).isEqualTo(401);
        assertThat(status("/observe/ai/config")).isEqualTo(401);
        assertThat(status("/observe/live")).isEqualTo(200);
    }
}
