package dev.loom.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A tab of a headless Chromium, spoken to over its DevTools protocol. */
public final class Chromium implements Closeable, WebSocket.Listener {

    private static final String LISTENING = "DevTools listening on ";

    private final Program program;
    /** What tabs have in common: cookies, storage, and what was fetched. */
    private final String context;

    private final boolean alone;
    private final WebSocket socket;
    private final StringBuilder message = new StringBuilder();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private volatile String session = "";

    /** The process and its files. */
    private record Program(Process process, Path profile, URI devTools) {}

    /** @param alone whether the program ends with this tab */
    private Chromium(Program program, boolean alone) {
        this.program = program;
        this.alone = alone;
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(program.devTools(), this)
                .join();
        context = send("Target.createBrowserContext", Json.object())
                .path("browserContextId")
                .asText();
        ObjectNode blank = Json.object().put("url", "about:blank").put("browserContextId", context);
        String target = send("Target.createTarget", blank).path("targetId").asText();
        session = send(
                        "Target.attachToTarget",
                        Json.object().put("targetId", target).put("flatten", true))
                .path("sessionId")
                .asText();
        Stream.of("Runtime", "Log", "Network", "Page").forEach(domain -> send(domain + ".enable", Json.object()));
    }

    private static Program run(Path program) throws IOException {
        Path profile = Files.createTempDirectory("chromium");
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--no-proxy-server",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(profile.resolve("said.log").toFile())
                .start();
        return new Program(process, profile, URI.create(devTools(profile)));
    }

    /** Another tab of the same program, which knows nothing of this one. */
    public Chromium tab() {
        return new Chromium(program, false);
    }

    /** The program on the path, under either of its names. */
    public static Optional<Path> installed() {
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser").map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static Chromium start(Path program) {
        try {
            return new Chromium(run(program), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address of the DevTools, which Chromium says when it has started. */
    private static String devTools(Path profile) {
        Path said = profile.resolve("said.log");
        AtomicReference<String> address = new AtomicReference<>();
        Awaitility.await("Chromium to start").atMost(Duration.ofMinutes(1)).until(() -> {
            Files.readString(said)
                    .lines()
                    .filter(line -> line.startsWith(LISTENING))
                    .forEach(line -> address.set(line.substring(LISTENING.length())));
            return address.get() != null;
        });
        return address.get();
    }

    /** Sends a command and waits for its result. */
    public JsonNode send(String method, ObjectNode params) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode command = Json.object().put("id", id).put("method", method);
        command.set("params", params);
        if (!session.isEmpty()) {
            command.put("sessionId", session);
        }
        socket.sendText(command.toString(), true).join();
        JsonNode said = answer.orTimeout(60, TimeUnit.SECONDS).join();
        if (said.has("error")) {
            throw new IllegalStateException(method + ": " + said.path("error"));
        }
        return said.path("result");
    }

    public void open(String url) {
        send("Page.navigate", Json.object().put("url", url));
    }

    /** The value of an expression in the page, as JSON; missing where it has none. */
    public JsonNode evaluate(String script) {
        JsonNode result =
                send("Runtime.evaluate", Json.object().put("expression", script).put("returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(result.toString());
        }
        return result.path("result").path("value");
    }

    /** The parameters of every event of this name so far. */
    public List<JsonNode> events(String method) {
        return events.stream()
                .filter(event -> event.path("method").asText().equals(method))
                .map(event -> event.path("params"))
                .toList();
    }

    /** The viewport as a PNG. */
    public byte[] screenshot(int width, int height, boolean dark) {
        ObjectNode size = Json.object().put("width", width).put("height", height);
        send(
                "Emulation.setDeviceMetricsOverride",
                size.put("deviceScaleFactor", 1).put("mobile", false));
        ObjectNode media = Json.object();
        media.putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", dark ? "dark" : "light");
        send("Emulation.setEmulatedMedia", media);
        String data = send("Page.captureScreenshot", Json.object()).path("data").asText();
        return Base64.getDecoder().decode(data);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            JsonNode said = Json.lenient(message.toString().getBytes(StandardCharsets.UTF_8));
            message.setLength(0);
            CompletableFuture<JsonNode> waiting = answers.remove(said.path("id").asInt());
            if (waiting == null) {
                events.add(said);
            } else {
                waiting.complete(said);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public void close() {
        if (alone) {
            socket.abort();
            end(program);
        } else {
            session = "";
            send("Target.disposeBrowserContext", Json.object().put("browserContextId", context));
            socket.abort();
        }
    }

    private static void end(Program program) {
        // Its helpers end after it, and write into the profile until then.
        Process process = program.process();
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            for (ProcessHandle each : all) {
                each.destroyForcibly();
                each.onExit().join();
            }
            try (Stream<Path> files = Files.walk(program.profile())) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
