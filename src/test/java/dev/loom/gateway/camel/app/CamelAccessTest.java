package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Camel's own access to its ports, where it would keep out fewer than it seems. */
class CamelAccessTest {

    private static final String PASSWORD =
            "Authorization: Basic " + Base64.getEncoder().encodeToString("ops:p4ss".getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path directory;

    private TestGateway start(FakeProvider provider, String server, String... settings) throws IOException {
        Path users = Files.writeString(directory.resolve("users.properties"), "user.ops=p4ss,admin\nrole.admin=*\n");
        Map<String, String> properties = new HashMap<>();
        properties.put(server + ".authenticationEnabled", "true");
        properties.put(server + ".basicPropertiesFile", users.toString());
        for (int i = 0; i < settings.length; i += 2) {
            properties.put(server + "." + settings[i], settings[i + 1]);
        }
        return TestGateway.start(TestGateway.providers("", provider), properties);
    }

    @ParameterizedTest
    @CsvSource({"camel.server, server.api_keys", "camel.management, admin.token"})
    void a_path_that_would_be_guarded_without_what_is_beneath_it_does_not_start(String server, String better) {
        try (FakeProvider provider = FakeProvider.saying("fine")) {
            assertThatThrownBy(() -> start(provider, server, "path", "/base"))
                    .rootCause()
                    .hasMessageContaining(server + ".authenticationPath")
                    .hasMessageContaining(better);
        }
    }

    @ParameterizedTest
    @CsvSource({"camel.server, server.api_keys", "camel.management, admin.token"})
    void tokens_whose_issuer_nobody_would_look_at_do_not_start(String server, String better) {
        try (FakeProvider provider = FakeProvider.saying("fine")) {
            assertThatThrownBy(() -> start(provider, server, "jwtKeystorePath", "keys.p12"))
                    .rootCause()
                    .hasMessageContaining(server + ".jwtKeystorePath")
                    .hasMessageContaining(better);
        }
    }

    @Test
    void at_the_root_everything_is_guarded() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = start(provider, "camel.server")) {
            assertThat(RawHttp.get(gateway.port(), "/v1/models").status()).isEqualTo(401);
            assertThat(RawHttp.get(gateway.port(), "/v1/models", PASSWORD).status())
                    .isEqualTo(200);
        }
    }
}
