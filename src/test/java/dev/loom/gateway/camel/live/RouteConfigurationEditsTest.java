package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.ExchangeHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A route configuration without an id reaches all routes that name none, for as long as it stands in a file. */
class RouteConfigurationEditsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String MINE = "routes/mine.camel.yaml";
    private static final String THEIRS = "routes/theirs.camel.yaml";
    private static final String NOTHING =
            "- route: {id: mine, from: {uri: 'direct:mine', steps: [{setBody: {constant: mine}}]}}\n";

    private final FakeProvider provider = FakeProvider.saying("fine");

    /** The routes that a request went through, behind the mark of the request. */
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    @TempDir
    Path directory;

    private EditableGateway edited;

    private void start() {
        edited = EditableGateway.start(
                directory,
                TestGateway.providers("", provider),
                Map.of("testMine", mark("testMine"), "testTheirs", mark("testTheirs")));
    }

    private Processor mark(String name) {
        return exchange -> seen.add(exchange.getMessage().getHeader("loom-request.x-mark") + " " + name + " "
                + ExchangeHelper.getAtRouteId(exchange));
    }

    @AfterEach
    void stop() {
        edited.close();
        provider.close();
    }

    private static String everywhere(String bean) {
        return "- routeConfiguration:\n    interceptFrom:\n      - interceptFrom:\n          steps:\n            - process:"
                + " {ref: " + bean + "}\n";
    }

    private static String named(String id) {
        return everywhere("testMine").replaceFirst("\n", "\n    id: " + id + "\n");
    }

    /** @return what has been seen of this request */
    private List<String> ask(String mark) {
        assertThat(edited.gateway().chat(chat("gpt-4", false), "x-mark", mark).statusCode())
                .isEqualTo(200);
        return seen.stream().filter(each -> each.startsWith(mark + " ")).toList();
    }

    private void used(String file, String text) {
        assertThat(edited.saveAndWait(file, text)).isEmpty();
    }

    private void deleted(String file, String... told) {
        try (CapturedLog log = new CapturedLog()) {
            edited.delete(file);
            await().atMost(SOON).untilAsserted(() -> assertThat(log.text()).contains(file + " is gone"));
            assertThat(told).allSatisfy(each -> assertThat(log.text()).contains(each));
        }
    }

    @Test
    void it_ends_when_it_is_taken_out_of_its_file() {
        start();
        used(MINE, everywhere("testMine"));
        assertThat(ask("one")).contains("one testMine loom-serve", "one testMine loom-provider-a");
        used(MINE, NOTHING);
        assertThat(ask("two")).isEmpty();
    }

    @Test
    void a_file_may_have_two_that_have_no_name() {
        start();
        used(MINE, everywhere("testMine") + everywhere("testTheirs"));
        used(MINE, everywhere("testTheirs") + everywhere("testMine"));
        assertThat(ask("one")).contains("one testMine loom-serve", "one testTheirs loom-serve");
    }

    @Test
    void it_ends_with_its_file() {
        start();
        used(MINE, everywhere("testMine"));
        assertThat(ask("one")).isNotEmpty();
        deleted(MINE, "its route configuration no longer holds for all routes");
        assertThat(ask("two")).isEmpty();
    }

    @Test
    void one_that_was_there_at_the_start_ends_and_that_of_another_file_stays() throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve(MINE), everywhere("testMine"));
        Files.writeString(directory.resolve(THEIRS), everywhere("testTheirs"));
        start();
        assertThat(ask("one")).contains("one testMine loom-serve", "one testTheirs loom-serve");
        used(MINE, NOTHING);
        assertThat(ask("two")).contains("two testTheirs loom-serve").noneMatch(each -> each.contains("testMine"));
        deleted(THEIRS);
        assertThat(ask("three")).isEmpty();
    }

    @Test
    void one_with_a_name_is_left_to_its_routes_until_they_name_it_no_more() {
        start();
        used(MINE, named("mine"));
        String theirs =
                "- route: {id: theirs, routeConfigurationId: mine, from: {uri: 'direct:theirs', steps: [{setBody:"
                        + " {constant: x}}]}}\n";
        used(THEIRS, theirs);
        assertThat(flow("one")).contains("one testMine theirs");
        assertThat(edited.saveAndWait(MINE, NOTHING))
                .contains("the route 'theirs' of", "names the route configuration 'mine'", "leave it there");
        deleted(
                MINE,
                "its route configuration 'mine' is still named by the route 'theirs' of ",
                "theirs.camel.yaml, which keeps the gateway from its next start");
        assertThat(flow("two")).contains("two testMine theirs");
        used(MINE, NOTHING);
        used(THEIRS, theirs.replace("routeConfigurationId: mine, ", ""));
        assertThat(flow("three")).isEmpty();
    }

    private List<String> flow(String mark) {
        edited.gateway()
                .camel()
                .createProducerTemplate()
                .requestBodyAndHeader("direct:theirs", "", "loom-request.x-mark", mark);
        return seen.stream().filter(each -> each.startsWith(mark + " ")).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"loom-errors"})
    void the_name_of_another_one_is_not_taken_over(String id) {
        start();
        assertThat(edited.saveAndWait(MINE, named(id)))
                .contains(
                        "mine.camel.yaml: line 2: the id 'loom-errors' is taken by a route configuration of ",
                        "errors.camel.yaml")
                .contains("give yours another id");
        deleted(MINE, "mine.camel.yaml is gone; it was not in use, so nothing has ended");
    }

    @Test
    void callers_of_a_route_whose_file_is_deleted_are_named() {
        start();
        used(MINE, NOTHING);
        used(THEIRS, "- route: {id: theirs, from: {uri: 'direct:theirs', steps: [{to: 'direct:mine'}]}}\n");
        deleted(
                MINE,
                "these routes have ended, and their steps no longer run: [mine]; no route begins with direct:mine any"
                        + " more, and it is called by the route 'theirs' of ");
    }

    @Test
    void nothing_is_missed_that_comes_with_another_file_at_the_same_time() throws IOException {
        start();
        used(MINE, named("mine") + NOTHING);
        used(
                THEIRS,
                "- route: {id: theirs, routeConfigurationId: mine, from: {uri: 'direct:theirs', steps: [{to:"
                        + " 'direct:mine'}]}}\n");
        try (CapturedLog log = new CapturedLog()) {
            edited.edit(MINE, text -> text.replace("constant: mine", "constant: other"));
            Path renamed = directory.resolve("routes/renamed.camel.yaml");
            Files.move(directory.resolve(MINE), renamed);
            await().atMost(SOON).until(() -> log.text().contains(renamed + " was saved and is in use"));
            assertThat(log.text())
                    .contains(MINE + " is gone; these routes have ended")
                    .doesNotContain("any more", "its next start");
        }
        assertThat(flow("one")).contains("one testMine theirs");
    }

    /** A route that begins by itself would begin again. */
    @Test
    void an_edit_of_one_with_a_name_leaves_routes_alone_that_name_none() {
        start();
        used("routes/named.camel.yaml", named("mine"));
        used(
                "routes/once.camel.yaml",
                "- route: {id: once, from: {uri: 'timer:once?repeatCount=1', steps: [{log: once}]}}");
        Route before = edited.gateway().camel().getRoute("once");
        Route ours = edited.gateway().camel().getRoute("loom-chat-completions");
        used("routes/named.camel.yaml", named("mine") + "# an edit\n");
        edited.saveAndWait("routes/errors.camel.yaml", edited.read("routes/errors.camel.yaml") + "# an edit\n");
        assertThat(edited.gateway().camel().getRoute("once")).isSameAs(before);
        assertThat(edited.gateway().camel().getRoute("loom-chat-completions"))
                .as("a route that names the other one")
                .isNotSameAs(ours);
    }

    @Test
    void an_edit_of_one_with_a_name_leaves_the_beans_of_files_alone_that_do_not_name_it() {
        start();
        used(MINE, named("mine"));
        used(
                THEIRS,
                "- beans: [{name: theirs, type: java.util.HashMap}]\n- route: {id: theirs, routeConfigurationId:"
                        + " loom-errors, from: {uri: 'direct:theirs', steps: [{setBody: {constant: x}}]}}\n");
        Object bean = edited.gateway().camel().getRegistry().lookupByName("theirs");
        used(MINE, named("mine") + "\n");
        assertThat(edited.gateway().camel().getRegistry().lookupByName("theirs"))
                .isSameAs(bean);
    }

    @Test
    void one_that_is_switched_off_may_be_named() {
        start();
        String off = named("mine").replaceFirst("\n", "\n    precondition: \"'a' =~ 'b'\"\n");
        String theirs = "- route: {id: theirs, routeConfigurationId: mine, from: {uri: 'direct:theirs', steps:"
                + " [{setBody: {constant: x}}]}}\n";
        used(MINE, off);
        used(THEIRS, theirs);
        assertThat(flow("one")).isEmpty();
        used(MINE, named("mine"));
        assertThat(flow("two")).isNotEmpty();
        used(MINE, off);
        assertThat(flow("three")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"loomErrorReply, loomErorReply", "java.lang.Throwable, java.lang.Throwabel", "process:, procces:"})
    void a_mistake_in_one_is_told_with_its_line_and_every_route_stays(String good, String bad) {
        start();
        List<String> routes = edited.routes();
        String errors = edited.read("routes/errors.camel.yaml");
        assertThat(edited.saveAndWait(
                        "routes/errors.camel.yaml",
                        errors.replace("ref: ", "ref:  ")
                                .replace("  " + good, "  " + bad)
                                .replace("- " + good, "- " + bad)))
                .contains(bad.replace(":", ""), "errors.camel.yaml: line ");
        assertThat(edited.routes()).isEqualTo(routes);
        assertThat(ask("one")).isEmpty();
    }

    @Test
    void a_route_that_names_none_that_is_there_is_not_taken() {
        start();
        assertThat(edited.saveAndWait(
                        THEIRS,
                        "- route: {id: theirs, routeConfigurationId: loom-error, from: {uri: 'direct:theirs', steps: [{setBody:"
                                + " {constant: x}}]}}\n"))
                .contains("line 1: there is no route configuration 'loom-error'; did you mean loom-errors?");
    }

    @Test
    void a_route_may_name_two_without_a_space_between_them() {
        start();
        used(MINE, named("mine"));
        String theirs = "- route: {id: theirs, routeConfigurationId: 'loom-errors,mine', from: {uri: 'direct:theirs',"
                + " steps: [{setBody: {constant: x}}]}}\n";
        used(THEIRS, theirs);
        assertThat(flow("one")).contains("one testMine theirs");
        assertThat(edited.saveAndWait(THEIRS, theirs.replace(",mine", ", mine")))
                .contains("line 1: the name ' mine' of a route configuration has a space in it; write"
                        + " loom-errors,mine");
    }

    @Test
    void the_routes_of_its_own_file_may_have_its_name() {
        start();
        used(MINE, named("mine") + NOTHING.replace("id: mine", "id: mine, routeConfigurationId: mine"));
        used(MINE, named("mine") + NOTHING);
    }
}
