package dev.loom.gateway.camel.admin;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Chromium;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.TestGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The status page as a browser shows it, after known traffic. */
class StatusPageBrowserTest {

    private static final String MARKUP = "<img src=x onerror=alert(1)>";

    private static FakeProvider broken;
    private static FakeProvider working;
    private static Chromium chromium;

    @BeforeAll
    static void start() {
        Optional<Path> found = Chromium.installed();
        Assumptions.assumeTrue(
                found.isPresent(),
                "NOT TESTED: the status page in a browser. Chromium is missing; install Debian's package 'chromium'.");
        chromium = Chromium.start(found.get());
        broken = FakeProvider.failing(429, "requests", "rate_limit_exceeded");
        working = FakeProvider.saying("fine");
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.close();
            broken.close();
            working.close();
        }
    }

    private static TestGateway gateway(String admin) {
        return TestGateway.start(
                """
                providers:
                  - {name: first, type: openai, api_key: k, base_url: '%s', models: ['gpt-*']}
                  - {name: second, type: openai, api_key: k, base_url: '%s', models: ['gpt-*'],
                     cost: {input_per_1k: 1, output_per_1k: 2}, rate_limit: {concurrent_requests: 7}}
                """
                                .formatted(broken.url(), working.url())
                        + admin);
    }

    private static void await(Chromium browser, String condition) {
        // What the page has not drawn yet is null.
        String so = "(() => { try { return " + condition + " } catch (e) { return false } })()";
        Awaitility.await(condition).atMost(Duration.ofMinutes(1)).until(() -> browser.evaluate(so)
                .asBoolean());
    }

    private static String text(Chromium browser, String selector) {
        return browser.evaluate(
                        "document.querySelector(" + Json.MAPPER.getNodeFactory().textNode(selector) + ").innerText")
                .asText();
    }

    /** A browser that has this page before it, with {@code n} requests in its table. */
    private static Chromium browse(TestGateway gateway, int n) {
        Chromium browser = chromium.tab();
        browser.open(gateway.adminUrl() + "/");
        await(browser, "document.querySelectorAll('#requests tr').length == " + n);
        return browser;
    }

    @Test
    void the_page_shows_the_providers_and_the_requests_with_their_trails() {
        try (TestGateway gateway = gateway("")) {
            isFrom(gateway.chat(chat("gpt-4", false), "x-request-id", "failed-over"), "second", 2);
            error(gateway.chat(chat("unserved", false), "x-request-id", "nobody"), 404);
            gateway.operate("first", "drain");
            try (Chromium browser = browse(gateway, 2)) {
                assertThat(text(browser, "[data-provider=first]"))
                        .contains("first", "openai", "drained", "cools down until", "Errors: 1 rate limited");
                assertThat(text(browser, "[data-provider=second]"))
                        .contains("healthy", "breaker closed", "concurrent requests: 7 of 7 left", "$0.019");
                assertThat(text(browser, "#requests tr:nth-child(2)").replaceAll("\\d+ ms", "1 ms"))
                        .contains("failed-over", "gpt-4", "second", "200", "5 / 7")
                        .contains("first rate limited · 429 · 1 ms", "second success · 200 · 1 ms");
                assertThat(text(browser, "#requests tr:nth-child(1)")).contains("nobody", "unserved", "404");
                assertThat(text(browser, "#state")).isEqualTo("live");
                await(browser, "document.getElementById('latency').getAttribute('aria-label').includes('second')");
            }
        }
    }

    @Test
    void an_open_breaker_says_until_when_and_the_buttons_do_what_they_say() {
        try (TestGateway gateway =
                gateway("routing: {failover: {circuit_breaker: {failure_threshold: 1, timeout: 1h}}}\n")) {
            working.behave(call -> call.error(500, "server_error", "x"));
            try (Chromium browser = browse(gateway, 0)) {
                gateway.chat(chat("gpt-4", false));
                await(
                        browser,
                        "document.querySelector('[data-provider=second]').innerText.includes('breaker open until ')");
                press(browser, "Reset second");
                await(browser, "document.querySelector('[data-provider=second]').innerText.includes('breaker closed')");
                press(browser, "Drain second");
                await(browser, "!document.querySelector('[aria-label=\"Resume second\"]').hidden");
                assertThat(gateway.admin("/ai/requests").path("drained").toString())
                        .isEqualTo("[\"second\"]");
                press(browser, "Resume second");
                await(browser, "!document.querySelector('[aria-label=\"Drain second\"]').hidden");
                assertThat(gateway.admin("/ai/requests").path("drained")).isEmpty();
                browser.evaluate("act('nobody', 'drain')");
                await(browser, "document.getElementById('refused').innerText.includes(\"no provider 'nobody'\")");
            } finally {
                working.behave(call -> call.completion("fine"));
            }
        }
    }

    @Test
    void reset_ends_a_cool_down() {
        broken.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "3600"));
        try (TestGateway gateway = gateway("")) {
            isFrom(gateway.chat(chat("gpt-4", false)), "second", 2);
            String cools = "document.querySelector('[data-provider=first]').innerText.includes('cools down until ')";
            try (Chromium browser = browse(gateway, 1)) {
                await(browser, cools);
                press(browser, "Reset first");
                await(browser, "!" + cools);
                assertThat(gateway.stats("first").path("cooldown_until").isNull())
                        .isTrue();
            }
        } finally {
            broken.behave(call -> call.error(429, "requests", "rate_limit_exceeded"));
        }
    }

    @Test
    void with_a_token_the_buttons_have_the_access_of_the_page() {
        try (TestGateway gateway = gateway("admin: {token: admin-token-1}\n");
                Chromium browser = chromium.tab()) {
            browser.open(gateway.adminUrl() + "/");
            await(browser, "!!document.getElementById('access') && !document.getElementById('access').hidden");
            enter(browser, "admin-token-1");
            await(browser, "document.querySelectorAll('[data-provider]').length == 2");
            press(browser, "Drain second");
            await(browser, "!document.querySelector('[aria-label=\"Resume second\"]').hidden");
            await(browser, "document.querySelector('[data-provider=second]').innerText.includes('drained')");
            browser.evaluate("token = 'wrong'; act('second', 'resume')");
            await(browser, "!document.getElementById('access').hidden");
        }
    }

    @Test
    void it_is_dark_where_the_reader_wants_it_dark() {
        try (TestGateway gateway = gateway("");
                Chromium browser = browse(gateway, 0)) {
            browser.screenshot(1280, 900, false);
            assertThat(lightness(browser, "backgroundColor")).isGreaterThan(lightness(browser, "color"));
            browser.screenshot(1280, 900, true);
            assertThat(lightness(browser, "backgroundColor")).isLessThan(lightness(browser, "color"));
        }
    }

    /** The sum of red, green and blue. */
    private static int lightness(Chromium browser, String property) {
        return browser.evaluate("getComputedStyle(document.body)." + property
                        + ".match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)")
                .asInt();
    }

    private static void press(Chromium browser, String label) {
        browser.evaluate("document.querySelector('[aria-label=\"" + label + "\"]').click()");
    }

    @Test
    void where_instances_count_together_it_says_whose_figures_these_are_and_drains_here_and_everywhere() {
        try (RedisServer server = RedisServer.start()) {
            String state = "state: {type: redis, timeout: 2s, url: '" + server.url() + "'}\n";
            try (TestGateway gateway = gateway(state);
                    TestGateway other = gateway(state);
                    Chromium browser = browse(gateway, 0)) {
                await(browser, "byId('fleet').innerText.includes('one of 2 instances')");
                assertThat(text(browser, "#fleet"))
                        .contains(
                                "This is "
                                        + gateway.admin("/ai/fleet")
                                                .path("self")
                                                .asText(),
                                other.admin("/ai/fleet").path("self").asText(),
                                "Limits and cool-downs are those of all; every other figure is of this one");
                press(browser, "Drain first");
                await(browser, "document.querySelector('[data-provider=first]').innerText.includes('drained here')");
                press(browser, "Drain everywhere second");
                await(
                        browser,
                        "document.querySelector('[data-provider=second]').innerText.includes('drained everywhere')");
                Awaitility.await().until(() -> other.admin("/ai/requests")
                        .path("drained")
                        .toString()
                        .equals("[\"second\"]"));
                press(browser, "Resume everywhere second");
                await(browser, "!document.querySelector('[aria-label=\"Drain everywhere second\"]').hidden");
                server.kill();
                await(browser, "byId('fleet').innerText.includes('which counts for itself now: state.url')");
                assertThat(browser.events("Runtime.exceptionThrown")).isEmpty();
            }
        }
    }

    @Test
    void the_requests_are_searched_and_filtered() {
        try (TestGateway gateway =
                gateway("server: {api_keys: [{key: key-1, name: team-a}, {key: key-2, name: team-b}]}\n")) {
            gateway.chat(chat("gpt-4", false), "x-request-id", "one", "x-api-key", "key-1");
            gateway.chat(chat("gpt-4", false), "x-request-id", "two", "x-api-key", "key-2");
            gateway.chat(chat("unserved", false), "x-request-id", "three", "x-api-key", "key-2");
            try (Chromium browser = browse(gateway, 3)) {
                assertThat(listed(browser, "find", "TWO")).isEqualTo("two");
                assertThat(text(browser, "#count")).isEqualTo("1 of the last 3, the newest first");
                assertThat(listed(browser, "find", "")).isEqualTo("three two one");
                assertThat(listed(browser, "model", "unserved")).isEqualTo("three");
                assertThat(listed(browser, "model", "")).isEqualTo("three two one");
                assertThat(listed(browser, "client", "team-b")).isEqualTo("three two");
                assertThat(listed(browser, "client", "")).isEqualTo("three two one");
                assertThat(listed(browser, "outcome", "success")).isEqualTo("two one");
                assertThat(listed(browser, "outcome", "failover")).isEqualTo("one");
                assertThat(listed(browser, "outcome", "refused")).isEqualTo("three");
                assertThat(listed(browser, "outcome", "failed")).isEmpty();
            }
        }
    }

    /** The ids of the listed requests, once a filter has this value. */
    private static String listed(Chromium browser, String filter, String value) {
        browser.evaluate("document.getElementById('" + filter + "').value = '" + value + "';"
                + "document.getElementById('" + filter + "').dispatchEvent(new Event('input'))");
        return browser.evaluate(
                        "[...document.querySelectorAll('#requests .id')].map(cell => cell.textContent).join(' ')")
                .asText();
    }

    @Test
    void the_charts_show_what_was_before_the_page_was_opened() {
        try (TestGateway gateway = gateway("")) {
            isFrom(gateway.chat(chat("gpt-4", false)), "second", 2);
            try (Chromium browser = browse(gateway, 1)) {
                assertThat(browser.evaluate("samples[0].figures.second.requests")
                                .asInt())
                        .as("the gateway's first sample, before any request")
                        .isZero();
                await(browser, "document.getElementById('good').getAttribute('aria-label').includes('second 100 %')");
                assertThat(text(browser, "#good-y")).isEqualTo("100 %\n50 %\n0 %");
                assertThat(text(browser, "#rate-x")).matches("(?s)\\d\\d:\\d\\d\\s+\\d\\d:\\d\\d\\s+now");
                assertThat(text(browser, "#totals")).contains("success rate");
                browser.evaluate("byId('span').value = '60'; byId('span').dispatchEvent(new Event('change'))");
                await(browser, "span() === 3600000 && byId('span').value === '60'");
            }
        }
    }

    @Test
    void it_fits_a_phone_and_a_desk() {
        try (TestGateway gateway = gateway("")) {
            isFrom(gateway.chat(chat("gpt-4-with-a-name-that-is-rather-long-for-a-phone", false)), "second", 2);
            try (Chromium browser = browse(gateway, 1)) {
                for (int width : new int[] {390, 1280}) {
                    browser.screenshot(width, 900, false);
                    assertThat(browser.evaluate("document.documentElement.scrollWidth")
                                    .asInt())
                            .isLessThanOrEqualTo(width);
                }
                browser.screenshot(390, 900, false);
                assertThat(browser.evaluate("document.querySelector('#requests tr').offsetHeight")
                                .asInt())
                        .as("a compact row")
                        .isLessThan(130);
            }
        }
    }

    /** A browser that has the page of accounts before it, with {@code n} of them in its table. */
    private static Chromium browseAccounts(TestGateway gateway, int n) {
        Chromium browser = chromium.tab();
        browser.open(gateway.adminUrl() + "/#accounts");
        await(browser, "document.querySelectorAll('#account-rows tr').length == " + n);
        return browser;
    }

    private static final String ACCOUNTS =
            """
            token_accounting:
              enabled: true
              key: header:X-Org
              trust: anonymous
              limits: [{name: hourly, window: 1h, max_tokens: 48}]
              cost_limits: [{name: daily, window: 24h, max_cost: 0.38}]
            """;

    @Test
    void the_accounts_are_listed_with_bars_against_their_limits_searched_and_drawn_over_time() {
        String request = chat("gpt-4", false).replace("{\"model\"", "{\"max_tokens\":7,\"model\"");
        try (TestGateway gateway = gateway(ACCOUNTS)) {
            gateway.chat(request, "X-Org", "team-a");
            gateway.chat(request, "X-Org", "team-b");
            gateway.chat(request, "X-Org", "team-b");
            Awaitility.await()
                    .until(() ->
                            gateway.admin("/ai/usage").at("/usage/requests").asInt() == 3);
            try (Chromium browser = browseAccounts(gateway, 2)) {
                assertThat(browser.evaluate("byId('overview-page').offsetHeight")
                                .asInt())
                        .isZero();
                assertThat(text(browser, "#account-rows tr:nth-child(1)"))
                        .contains("team-b", "$0.0380", "24", "hourly: 24 of 48", "daily: $0.0380 of $0.3800");
                assertThat(browser.evaluate("document.querySelector('#account-rows .bar i').style.width")
                                .asText())
                        .isEqualTo("50%");
                await(browser, "byId('usage-tokens').getAttribute('aria-label') === 'Tokens of all accounts: 36'");
                browser.evaluate("document.querySelector('#account-rows tr:nth-child(2) button').click()");
                await(browser, "byId('usage-tokens').getAttribute('aria-label') === 'Tokens of team-a: 12'");
                await(browser, "byId('usage-cost').getAttribute('aria-label') === 'Cost of team-a: $0.0190'");
                browser.evaluate(
                        "byId('find-account').value = 'B'; byId('find-account').dispatchEvent(new Event('input'))");
                assertThat(text(browser, "#account-rows")).contains("team-b").doesNotContain("team-a");
                assertThat(text(browser, "#account-count")).isEqualTo("1 of 2 accounts");
                browser.evaluate("byId('everybody').click()");
                await(browser, "byId('usage-tokens').getAttribute('aria-label') === 'Tokens of all accounts: 36'");
                assertThat(browser.events("Log.entryAdded")).isEmpty();
                assertThat(browser.events("Runtime.exceptionThrown")).isEmpty();
            }
        }
    }

    @Test
    void where_nobody_counts_the_page_of_accounts_says_so_in_one_sentence() {
        try (TestGateway gateway = gateway("");
                Chromium browser = browse(gateway, 0)) {
            browser.evaluate("location.hash = '#accounts'");
            await(browser, "!byId('uncounted').hidden");
            assertThat(text(browser, "#accounts-page").strip())
                    .isEqualTo("Nobody counts the usage of accounts: token_accounting.enabled is false.");
            assertThat(browser.events("Log.entryAdded")).isEmpty();
        }
    }

    @Test
    void the_accounts_fit_a_phone_and_a_desk() {
        try (TestGateway gateway = gateway(ACCOUNTS)) {
            gateway.chat(chat("gpt-4", false), "X-Org", "a-team-with-a-name-that-is-rather-long-for-a-phone-" + MARKUP);
            try (Chromium browser = browseAccounts(gateway, 1)) {
                for (int width : new int[] {390, 1280}) {
                    browser.screenshot(width, 900, width == 390);
                    assertThat(browser.evaluate("document.documentElement.scrollWidth")
                                    .asInt())
                            .isLessThanOrEqualTo(width);
                }
                assertThat(browser.evaluate("document.querySelectorAll('img').length")
                                .asInt())
                        .isZero();
            }
        }
    }

    @Test
    void it_is_quiet_and_asks_nobody_but_the_gateway() {
        try (TestGateway gateway = gateway("")) {
            isFrom(gateway.chat(chat("gpt-4", false)), "second", 2);
            try (Chromium browser = browse(gateway, 1)) {
                browser.evaluate("sampling = 1"); // Every look at the gateway is a sample.
                await(browser, "samples.length >= 4");
                assertThat(browser.events("Runtime.exceptionThrown")).isEmpty();
                assertThat(browser.events("Runtime.consoleAPICalled")).isEmpty();
                assertThat(browser.events("Log.entryAdded")).isEmpty();
                List<String> asked = browser.events("Network.requestWillBeSent").stream()
                        .map(event -> event.path("request").path("url").asText())
                        .filter(url -> !url.startsWith("data:"))
                        .toList();
                assertThat(asked).hasSizeGreaterThan(4).allSatisfy(url -> assertThat(url)
                        .startsWith(gateway.adminUrl() + "/"));
            }
        }
    }

    @Test
    void what_a_client_sends_is_text() {
        try (TestGateway gateway = gateway("")) {
            gateway.chat(chat("gpt-" + MARKUP, false));
            try (Chromium browser = browse(gateway, 1)) {
                assertThat(text(browser, "#requests .model")).isEqualTo("gpt-" + MARKUP.replace(' ', '?'));
                assertThat(browser.evaluate("document.querySelectorAll('img').length")
                                .asInt())
                        .isZero();
                assertThat(browser.events("Log.entryAdded")).isEmpty();
            }
        }
    }

    @Test
    void with_a_token_the_page_asks_for_it_and_keeps_it_to_itself() {
        try (TestGateway gateway = gateway("admin: {token: admin-token-1}\n");
                Chromium browser = chromium.tab()) {
            browser.open(gateway.adminUrl() + "/");
            await(browser, "!!document.getElementById('access') && !document.getElementById('access').hidden");
            assertThat(browser.evaluate("document.getElementById('main').hidden")
                            .asBoolean())
                    .isTrue();
            enter(browser, "wrong");
            await(browser, "!document.getElementById('problem').hidden");
            assertThat(text(browser, "#problem")).contains("does not accept");
            enter(browser, "admin-token-1");
            await(browser, "document.querySelectorAll('[data-provider]').length == 2");
            JsonNode kept =
                    browser.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])");
            assertThat(kept.asText()).doesNotContain("admin-token-1");
        }
    }

    private static void enter(Chromium browser, String token) {
        browser.evaluate("document.getElementById('token').value = '" + token + "';"
                + "document.querySelector('#access button').click()");
    }
}
