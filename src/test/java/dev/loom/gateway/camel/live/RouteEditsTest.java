package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteEditsTest {

    private static final Duration SOON = Duration.ofSeconds(120);

    /** The first step of the route that makes the plan. */
    private static final String PLAN = "        - process:\n            id: loom-plan\n";

    private final FakeProvider provider = FakeProvider.saying("fine");
    private final AtomicInteger seen = new AtomicInteger();
    private EditableGateway edited;

    @BeforeEach
    void start(@TempDir Path directory) {
        edited = EditableGateway.start(directory, TestGateway.providers("", provider));
        bind("testMark", exchange -> seen.incrementAndGet());
    }

    @AfterEach
    void stop() {
        edited.close();
        provider.close();
    }

    private void bind(String name, Processor bean) {
        edited.gateway().camel().getRegistry().bind(name, bean);
    }

    private static String step(String bean) {
        return "        - process:\n            ref: " + bean + "\n";
    }

    private int ask() {
        return edited.gateway().chat(chat("gpt-4", false)).statusCode();
    }

    /** Asks until the edit shows, and all that time must be answered. */
    private void askUntilSeen() {
        await().atMost(SOON).pollDelay(Duration.ZERO).until(() -> {
            assertThat(ask()).isEqualTo(200);
            return seen.get() > 0;
        });
    }

    @ParameterizedTest
    @CsvSource({"dispatch, loom-plan", "ingress, loom-accept-chat", "serve, loom-reply"})
    void a_saved_route_is_in_use_under_its_own_name(String file, String step) throws Exception {
        edited.edit(
                "routes/" + file + ".camel.yaml",
                yaml -> yaml.replaceFirst(
                        "        - process:\n            id: " + step + "\n", step("testMark") + "$0"));
        askUntilSeen();
        assertThat(edited.routes()).doesNotHaveDuplicates().contains("loom-dispatch", "loom-chat-completions");
        ObjectName name = new ObjectName("org.apache.camel:context=*,type=routes,name=\"loom-dispatch\"");
        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(name, null))
                .hasSize(1);
    }

    @Test
    void a_file_that_another_one_was_in_the_way_of_is_in_use_when_that_is_gone() {
        String yaml = "- route: {id: mine, from: {uri: 'direct:mine', steps: [{setBody: {constant: mine}}]}}\n";
        assertThat(edited.saveAndWait("routes/mine.camel.yaml", yaml)).isEmpty();
        assertThat(edited.saveAndWait("routes/copy.camel.yaml", yaml + "# a copy\n"))
                .contains("is taken");
        edited.delete("routes/mine.camel.yaml");
        await().atMost(SOON)
                .until(() -> edited.routes().contains("mine")
                        && String.valueOf(edited.gateway()
                                        .camel()
                                        .getRoute("mine")
                                        .getSourceLocation())
                                .contains("copy"));
    }

    @Test
    void an_edited_route_template_makes_its_instances_anew() {
        edited.edit(
                "routes/provider.camel.yaml",
                yaml -> yaml.replaceFirst(
                        " {22}- process:\n {26}id: encode\n",
                        "                      - process:\n                          ref: testMark\n$0"));
        askUntilSeen();
        assertThat(edited.routes()).filteredOn("loom-provider-a"::equals).hasSize(1);
    }

    @Test
    void an_edited_error_handler_holds_for_the_routes_of_other_files() {
        edited.edit(
                "routes/errors.camel.yaml",
                yaml -> yaml.replace(
                        "            - process:\n                id: loom-error-reply\n",
                        "            - process:\n                ref: testMark\n"
                                + "            - process:\n                id: loom-error-reply\n"));
        await().atMost(SOON).until(() -> {
            assertThat(edited.gateway().chat(chat("unknown", false)).statusCode())
                    .isEqualTo(404);
            return seen.get() > 0;
        });
    }

    @Test
    void what_is_under_way_ends_on_the_old_route_while_new_requests_take_the_new_one() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        provider.behave(call -> {
            call.startStream();
            call.content("first");
            finish.await();
            call.content("last");
            call.done();
        });
        try (RawClient client = RawClient.post(edited.gateway().port(), chat("gpt-4", true))) {
            assertThat(client.head()).contains("200");
            assertThat(client.nextEvent()).contains("first");
            provider.behave(call -> call.completion("fine"));
            edited.edit("routes/dispatch.camel.yaml", yaml -> yaml.replace(PLAN, step("testMark") + PLAN));
            askUntilSeen();
            int before = seen.get();
            finish.countDown();
            assertThat(client.nextEvent()).contains("last");
            await().atMost(SOON).until(() -> client.nextEvent().contains("[DONE]"));
            assertThat(seen).hasValue(before);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ref: loomPlanner | ref: loomPlaner | loomPlaner",
                "loadBalance: | loadBalanse: | loadBalanse",
                "uri: direct:loom-attempt | uri: nowhere:loom-attempt | nowhere",
                "streamCache: false | streamCache: [ | dispatch.camel.yaml",
                "roundRobin: true | roundRobbin: true | roundRobbin"
            })
    void a_file_that_cannot_be_used_leaves_the_routes_as_they_are_and_says_why(String good, String bad, String why) {
        try (CapturedLog log = new CapturedLog()) {
            edited.edit("routes/dispatch.camel.yaml", yaml -> yaml.replaceFirst(good, bad));
            await().atMost(SOON).until(() -> {
                assertThat(ask()).isEqualTo(200);
                return log.text().contains("cannot be used");
            });
            assertThat(log.text()).contains("dispatch.camel.yaml", why).containsPattern("line [1-9]");
            assertThat(ask()).isEqualTo(200);
            edited.edit("routes/dispatch.camel.yaml", yaml -> yaml.replaceFirst(Pattern.quote(bad), good)
                    .replace(PLAN, step("testMark") + PLAN));
            askUntilSeen();
        }
    }

    @Test
    void a_route_that_is_taken_out_of_its_file_ends_and_one_in_a_new_file_begins() {
        edited.edit(
                "routes/models.camel.yaml", yaml -> yaml.substring(0, yaml.indexOf("- route:\n    id: loom-model\n")));
        edited.save(
                "routes/mine.camel.yaml",
                """
                - route:
                    id: mine
                    from:
                      uri: direct:mine
                      steps:
                        - process:
                            ref: testMark
                """);
        await().atMost(SOON)
                .until(() ->
                        edited.routes().contains("mine") && !edited.routes().contains("loom-model"));
        edited.gateway().camel().createProducerTemplate().sendBody("direct:mine", "");
        assertThat(seen).hasValue(1);
        assertThat(edited.gateway().get(edited.gateway().url() + "/v1/models").statusCode())
                .isEqualTo(200);
        assertThat(edited.gateway()
                        .get(edited.gateway().url() + "/v1/models/gpt-4")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_route_file_that_is_deleted_ends_its_routes_with_a_warning_since_there_may_be_a_guard_among_them() {
        edited.saveAndWait(
                "routes/hooks.camel.yaml",
                "- route: {id: loom-on-request, from: {uri: 'direct:loom-on-request', steps: [" + "{process: {ref:"
                        + " testMark}}]}}\n");
        try (CapturedLog log = new CapturedLog()) {
            edited.delete("routes/hooks.camel.yaml");
            await().atMost(SOON).untilAsserted(() -> assertThat(log.events()).anySatisfy(event -> {
                assertThat(event.getLevel()).isEqualTo(Level.WARN);
                assertThat(event.getMessage().getFormattedMessage())
                        .contains("hooks.camel.yaml is gone", "no longer run: [loom-on-request]");
            }));
        }
        int before = seen.get();
        assertThat(ask()).isEqualTo(200);
        assertThat(seen).hasValue(before);
    }

    @Test
    void a_route_file_that_gets_another_name_runs_on_without_a_warning() {
        String guard = "- route: {id: loom-on-request, from: {uri: 'direct:loom-on-request', steps: [{process: {ref:"
                + " testMark}}]}}\n";
        assertThat(edited.saveAndWait("routes/hooks.camel.yaml", guard)).isEmpty();
        try (CapturedLog log = new CapturedLog()) {
            edited.save("routes/guards.camel.yaml", guard);
            edited.delete("routes/hooks.camel.yaml");
            await().atMost(SOON).untilAsserted(() -> assertThat(log.text()).contains("guards.camel.yaml now"));
            assertThat(log.text()).doesNotContain("is gone", "cannot be used");
        }
        int before = seen.get();
        assertThat(ask()).isEqualTo(200);
        assertThat(seen.get()).isGreaterThan(before);
        assertThat(edited.saveAndWait("routes/guards.camel.yaml", guard.replace("testMark", "loomMark")))
                .contains("guards.camel.yaml: ", "loomMark");
        assertThat(edited.saveAndWait("routes/guards.camel.yaml", guard + "# an edit"))
                .isEmpty();
    }

    @Test
    void an_edited_kamelet_is_in_use_by_the_routes_that_call_it() throws Exception {
        edited.gateway().camel().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:flow").to("kamelet:llm-chat-action?model=gpt-4");
            }
        });
        ProducerTemplate flow = edited.gateway().camel().createProducerTemplate();
        assertThat(flow.requestBody("direct:flow", "hello", String.class)).isEqualTo("fine");
        edited.edit(
                "kamelets/llm-chat-action.kamelet.yaml",
                yaml -> yaml.replace(
                        "      steps:\n", "      steps:\n        - process:\n            ref: testMark\n"));
        await().atMost(SOON).until(() -> {
            assertThat(flow.requestBody("direct:flow", "hello", String.class)).isEqualTo("fine");
            return seen.get() > 0;
        });
    }

    @Test
    void under_load_no_request_is_lost_while_every_file_is_saved_again_and_again() throws Exception {
        Queue<String> lost = new ConcurrentLinkedQueue<>();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger served = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boolean stream = i % 2 == 0;
            clients.add(new Thread(() -> {
                while (!done.get()) {
                    var response = edited.gateway().chat(chat("gpt-4", stream));
                    served.incrementAndGet();
                    if (response.statusCode() != 200 || !response.body().contains("fine")) {
                        lost.add(response.statusCode() + " " + response.body());
                    }
                }
            }));
        }
        clients.forEach(Thread::start);
        for (int round = 1; round <= 3; round++) {
            for (String file : List.of("ingress", "dispatch", "provider", "errors", "operate")) {
                edited.edit("routes/" + file + ".camel.yaml", yaml -> yaml + "\n");
            }
            int marks = round;
            bind("testMark" + round, exchange -> seen.set(marks));
            edited.edit("routes/dispatch.camel.yaml", yaml -> yaml.replace(PLAN, step("testMark" + marks) + PLAN));
            await().atMost(SOON).until(() -> seen.get() == marks);
        }
        done.set(true);
        for (Thread client : clients) {
            client.join();
        }
        assertThat(lost).isEmpty();
        assertThat(served.get()).isGreaterThan(20);
        assertThat(edited.routes()).doesNotHaveDuplicates();
    }
}
