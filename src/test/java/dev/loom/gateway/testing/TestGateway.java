package dev.loom.gateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.loom.gateway.camel.app.GatewaySetup;
import dev.loom.gateway.camel.app.Installation;
import dev.loom.gateway.provider.Json;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;

/** The whole gateway in this process, with the project's own routes, on free ports. */
public final class TestGateway implements Closeable {

    private final Main main = new Main();

    private final int port = FreePorts.next();
    private final int adminPort = FreePorts.next();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final Thread thread;

    private TestGateway(Installation installation, Map<String, String> properties, Map<String, Object> beans) {
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.setDefaultPropertyPlaceholderLocation(installation.properties());
        main.addOverrideProperty("camel.server.port", Integer.toString(port));
        main.addOverrideProperty("camel.management.port", Integer.toString(adminPort));
        main.addOverrideProperty("camel.main.shutdownTimeout", "5");
        main.addOverrideProperty("loom.warm-up", "0s");
        main.addOverrideProperty("loom.watch.interval", "25ms");
        properties.forEach(main::addOverrideProperty);
        beans.forEach(main::bind);
        main.addMainListener(new GatewaySetup(installation));
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterStart(BaseMainSupport started2) {
                started.complete(null);
            }
        });
        thread = new Thread(this::run, "test-gateway");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            main.run();
        } catch (Exception e) {
            started.completeExceptionally(e);
        }
    }

    /** @param yaml what stands below {@code ai_gateway:} */
    public static TestGateway start(String yaml) {
        return start(yaml, Map.of());
    }

    public static TestGateway start(String yaml, Map<String, String> properties) {
        return start(yaml, properties, Map.of());
    }

    /** @param beans what a host application has in its registry, by name */
    public static TestGateway start(String yaml, Map<String, String> properties, Map<String, Object> beans) {
        return start(
                new Installation(
                        "file:application.properties",
                        "file:routes/*.camel.yaml",
                        "file:kamelets",
                        write("ai_gateway:\n" + yaml.indent(2))),
                properties,
                beans);
    }

    public static TestGateway start(
            Installation installation, Map<String, String> properties, Map<String, Object> beans) {
        TestGateway gateway = new TestGateway(installation, properties, beans);
        gateway.started.orTimeout(30, TimeUnit.SECONDS).join();
        return gateway;
    }

    /** Providers a, b, c ... of type openai at these addresses, tried in this order. */
    public static TestGateway over(FakeProvider... providers) {
        return start(providers("", providers));
    }

    /** @param extra keys of every provider, one a line */
    public static String providers(String extra, FakeProvider... providers) {
        StringBuilder yaml = new StringBuilder("providers:\n");
        for (int i = 0; i < providers.length; i++) {
            yaml.append("  - name: ")
                    .append((char) ('a' + i))
                    .append("\n    type: openai\n    api_key: sk-provider-key\n");
            yaml.append("    base_url: ").append(providers[i].url()).append("\n    models: [gpt-4]\n");
            yaml.append(extra.indent(4));
        }
        return yaml.toString();
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public String adminUrl() {
        return "http://127.0.0.1:" + adminPort;
    }

    public int adminPort() {
        return adminPort;
    }

    public CamelContext camel() {
        return main.getCamelContext();
    }

    public OpenAIClient openAi() {
        return OpenAIOkHttpClient.builder()
                .baseUrl(url() + "/v1")
                .apiKey("client-key")
                .maxRetries(0)
                .build();
    }

    /** A chat request with this model and stream flag. */
    public static String chat(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    }

    /** With a bound on the answer's length. */
    public static String chat(String model, int maxTokens) {
        return chat(model, false).replaceFirst("\\{", "{\"max_tokens\":" + maxTokens + ",");
    }

    public HttpResponse<String> chat(String body, String... headers) {
        HttpRequest.Builder request = Http.post(url() + "/v1/chat/completions", body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /** What the admin port says below this path, such as {@code /ai/providers}. */
    public JsonNode admin(String path) {
        return Json.lenient(get(adminUrl() + path).body().getBytes(StandardCharsets.UTF_8));
    }

    public JsonNode stats(String provider) {
        return admin("/ai/providers/" + provider + "/stats");
    }

    /** Asks the admin port to change something about a provider, such as {@code drain}. */
    public JsonNode operate(String provider, String action) {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(URI.create(adminUrl() + "/ai/providers/" + provider + "/" + action))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
    }

    public HttpResponse<String> get(String url) {
        return Http.get(url);
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        return Http.send(request);
    }

    private static String write(String yaml) {
        try {
            Path file = Files.createTempFile("ai-gateway", ".yaml");
            file.toFile().deleteOnExit();
            return "file:" + Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        main.completed();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
