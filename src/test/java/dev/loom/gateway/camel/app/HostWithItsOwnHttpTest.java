package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FreePorts;
import dev.loom.gateway.testing.Host;
import dev.loom.gateway.testing.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Camel Main application that serves HTTP itself keeps its server, and what it serves is not mixed with ours. */
class HostWithItsOwnHttpTest {

    @Test
    void each_serves_its_own_on_its_own_port(@TempDir Path directory) throws Exception {
        int own = FreePorts.next();
        int port = FreePorts.next();
        try (FakeProvider a = FakeProvider.saying("from a")) {
            Path config = Files.writeString(
                    directory.resolve("ai-gateway.yaml"),
                    "ai_gateway:\n" + TestGateway.providers("", a).indent(2));
            Main main = new Main();
            main.addInitialProperty("camel.server.enabled", "true");
            main.addInitialProperty("camel.server.port", Integer.toString(own));
            main.addInitialProperty("loom.config", "file:" + config);
            main.addInitialProperty("loom.server.port", Integer.toString(port));
            main.addInitialProperty("loom.admin.enabled", "false");
            main.configure().addRoutesBuilder(new RouteBuilder() {
                @Override
                public void configure() {
                    from("platform-http:/hello").setBody(constant("from the application"));
                }
            });
            main.start();
            try {
                assertThat(Host.get("http://127.0.0.1:" + own + "/hello").body())
                        .isEqualTo("from the application");
                assertThat(Host.get("http://127.0.0.1:" + port + "/v1/models").body())
                        .contains("gpt-4");
                assertThat(Host.get("http://127.0.0.1:" + own + "/v1/models").statusCode())
                        .isEqualTo(404);
                assertThat(Host.get("http://127.0.0.1:" + port + "/hello").statusCode())
                        .isEqualTo(404);
                assertThat(main.getCamelContext()
                                .getComponent("platform-http", PlatformHttpComponent.class)
                                .getHttpEndpoints())
                        .hasSize(1);
                assertThat(main.getCamelContext().getRegistry().findSingleByType(PlatformHttpEngine.class))
                        .isNotInstanceOf(PortEngine.class);
            } finally {
                main.stop();
            }
        }
    }
}
