package dev.loom.gateway.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.faults.Row.Expected;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever goes wrong between the gateway and a provider, before its answer is committed no client notices, and none gets
 * what is another's. Sized for CI; {@code src/bench/run faults} asks more often.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultTableTest {

    /** Of each kind, in equal parts with each strategy, whole and streamed. */
    private static final int REQUESTS = Integer.getInteger("loom.faults.requests", 12);

    private static final int CONCURRENCY = Integer.getInteger("loom.faults.concurrency", 3);

    private final AtomicInteger ids = new AtomicInteger();
    private final FaultReport report = new FaultReport(CONCURRENCY);
    private final ExecutorService clients = Executors.newFixedThreadPool(CONCURRENCY);
    private Set<String> threadsBefore;
    private Set<ObjectName> beansBefore;
    private FaultHouse house;

    @BeforeAll
    void open(@TempDir Path directory) throws Exception {
        threadsBefore = threads();
        beansBefore = beans();
        house = new FaultHouse(directory);
    }

    /** Of the gateway; clients' and providers' threads come and go. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches("(vert.x|loom|Camel|idle|vertx).*"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<ObjectName> beans() {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        return server.queryNames(null, null).stream()
                .filter(name -> name.getDomain().matches("(org.apache.camel|dev.loom).*"))
                .collect(Collectors.toSet());
    }

    @AfterAll
    void nothing_is_left_behind() throws IOException {
        clients.shutdown();
        house.closeGateways();
        await().untilAsserted(() -> assertThat(house.connections()).isZero());
        await().untilAsserted(() -> assertThat(threads()).isSubsetOf(threadsBefore));
        assertThat(beans()).isSubsetOf(beansBefore);
        house.close();
        report.write();
    }

    static List<Row> rows() {
        return Stream.of(ConnectionFaults.rows(), AnswerFaults.rows(), ContentFaults.rows())
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void there_are_seventy_kinds_at_least() {
        assertThat(rows()).hasSizeGreaterThan(70).extracting(Row::name).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void a_fault_is_met(Row row) {
        house.play(row.fault());
        int met = house.met();
        List<String> unexpected = new ArrayList<>();
        int asked = ids.get();
        for (String strategy : FaultHouse.STRATEGIES) {
            if (row.whole() != null) {
                unexpected.addAll(ask(row, strategy, false, row.whole()));
            }
            if (row.streamed() != null) {
                unexpected.addAll(ask(row, strategy, true, row.streamed()));
            }
            assertAllGivenBack(house.gateway(strategy), row);
        }
        report.add(row, ids.get() - asked, unexpected);
        assertThat(unexpected).isEmpty();
        assertThat(row.way().isBeforeTheProxy() || house.met() > met)
                .as("the fault was met")
                .isTrue();
    }

    private List<String> ask(Row row, String strategy, boolean stream, Expected expected) {
        TestGateway gateway = house.gateway(strategy);
        gateway.operate(row.way().model(), "reset");
        List<CompletableFuture<String>> answers = new ArrayList<>();
        int manners = row.whole() == null || row.streamed() == null ? 1 : 2;
        for (int i = 0; i < REQUESTS / manners / FaultHouse.STRATEGIES.size(); i++) {
            answers.add(CompletableFuture.supplyAsync(
                    () -> ask(gateway, row, stream, strategy.equals("priority"), expected), clients));
        }
        return answers.stream()
                .map(CompletableFuture::join)
                .filter(problem -> !problem.isEmpty())
                .map(problem -> strategy + (stream ? ", streamed: " : ", whole: ") + problem)
                .toList();
    }

    /** @return what is wrong with the answer, or nothing */
    private String ask(TestGateway gateway, Row row, boolean stream, boolean faultFirst, Expected expected) {
        String id = "id-" + ids.incrementAndGet();
        HttpResponse<String> answer =
                gateway.chat(TestGateway.chat(row.way().model(), stream).replace("hello", id));
        String body = answer.body();
        boolean another =
                FaultHouse.ID.matcher(body).results().map(MatchResult::group).anyMatch(found -> !found.equals(id));
        if (another) {
            return FaultReport.WRONG + id + " got " + body;
        }
        boolean asExpected = isAs(expected, answer.statusCode(), body, id, stream)
                || (!faultFirst && isFrom("b:", answer.statusCode(), body, id, stream));
        return asExpected ? "" : "expected " + expected + ", got " + answer.statusCode() + " " + body;
    }

    private static boolean isAs(Expected expected, int status, String body, String id, boolean stream) {
        return switch (expected) {
            case OWN -> isFrom("a:", status, body, id, stream);
            case NEXT -> isFrom("b:", status, body, id, stream);
            case EITHER -> isFrom("a:", status, body, id, stream) || isFrom("b:", status, body, id, stream);
            case BROKEN -> isBroken(status, body, id) || isFrom("b:", status, body, id, stream);
            case RELAYED -> status == 400 && body.contains("\"error\"");
        };
    }

    private static boolean isBroken(int status, String body, String id) {
        return status == 200 && body.contains("a:" + id) && body.contains("\"error\"") && !body.contains("[DONE]");
    }

    private static boolean isFrom(String provider, int status, String body, String id, boolean stream) {
        return status == 200
                && body.contains(provider + id)
                && !body.contains("\"error\"")
                && (stream ? body.endsWith("data: [DONE]\n\n") : body.endsWith("}"));
    }

    /** Requests in flight and permits. */
    private static void assertAllGivenBack(TestGateway gateway, Row row) {
        await().pollDelay(Duration.ZERO).untilAsserted(() -> {
            assertThat(gateway.admin("/ai/providers").findValues("in_flight"))
                    .allMatch(inFlight -> inFlight.asInt() == 0);
            assertThat(gateway.stats(row.way().model())
                            .at("/limits/concurrent_requests/remaining")
                            .asInt())
                    .isEqualTo(100);
        });
    }
}
