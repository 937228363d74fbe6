package dev.loom.gateway.camel.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.camel.ChatFailed;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.PlainCamel;
import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code llm-provider-action} and {@code llm-provider-sink} in a Camel that has no gateway. */
class ProviderKameletTest {

    private static final String KEY = "sk-very-secret-key";

    private FakeProvider provider;
    private PlainCamel camel;
    private ProducerTemplate flow;

    @BeforeEach
    void start() throws Exception {
        provider = FakeProvider.saying("the answer");
        camel = new PlainCamel(Map.of(
                        "camel.kamelet.llm-provider-action.apiKey", KEY,
                        "camel.kamelet.llm-provider-sink.apiKey", KEY))
                .start();
        String url = "http://127.0.0.1:" + provider.port();
        route("openai", "kamelet:llm-provider-action?type=openai&model=gpt-4&system=Be brief.&baseUrl=" + url);
        route("sink", "kamelet:llm-provider-sink?type=openai&model=gpt-4&baseUrl=" + url);
        flow = camel.context().createProducerTemplate();
    }

    @AfterEach
    void stop() {
        camel.close();
        provider.close();
    }

    private void route(String name, String to) throws Exception {
        camel.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:" + name).to(to);
            }
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            type=openai&model=m&baseURL=http://127.0.0.1:1 | no parameter 'baseURL'; did you mean baseUrl?
            type=openai&model=m&api_key=k                  | no parameter 'api_key'; did you mean apiKey?
            type=openai&model=m&temperature=0              | no parameter 'temperature'; it has: type, model, apiKey,
            """)
    void a_parameter_that_there_is_not_is_refused(String parameters, String told) {
        for (String kamelet : new String[] {"llm-provider-action", "llm-provider-sink/named"}) {
            assertThatThrownBy(() -> route("misspelt", "kamelet:" + kamelet + "?" + parameters))
                    .hasRootCauseInstanceOf(IllegalArgumentException.class)
                    .rootCause()
                    .hasMessageContaining("the Kamelet " + kamelet.replace("/named", "") + " has " + told);
        }
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void a_parameter_may_have_dashes_and_another_uses_properties_are_its_own() throws Exception {
        camel.close();
        camel = new PlainCamel(Map.of(
                        "camel.kamelet.llm-provider-action.other.modle",
                        "x",
                        "camel.kamelet.llm-provider-action.api-key",
                        KEY))
                .start();
        route("dashes", "kamelet:llm-provider-action/one?type=openai&model=m&base-url=" + provider.url());
        assertThat(camel.context().createProducerTemplate().requestBody("direct:dashes", "hello", String.class))
                .isEqualTo("the answer");
        assertThat(sent().headers()).containsEntry("Authorization", "Bearer " + KEY);
    }

    @Test
    void a_misspelt_property_is_refused_as_well() throws Exception {
        camel.close();
        camel = new PlainCamel(Map.of(
                        "camel.kamelet.llm-provider-action.apiKey",
                        KEY,
                        "camel.kamelet.llm-provider-action.baseURL",
                        provider.url()))
                .start();
        assertThatThrownBy(() -> route("misspelt", "kamelet:llm-provider-action?type=openai&model=m"))
                .rootCause()
                .hasMessageContaining("no parameter 'baseURL'; did you mean baseUrl?");
    }

    private FakeProvider.Request sent() {
        return provider.requests().get(provider.requests().size() - 1);
    }

    @Test
    void a_prompt_goes_to_the_provider_and_its_answer_becomes_the_body() {
        assertThat(flow.requestBodyAndHeader("direct:openai", "What is it?", "X-Of-The-Flow", "1", String.class))
                .isEqualTo("the answer");
        assertThat(sent().path()).isEqualTo("/v1/chat/completions");
        assertThat(sent().headers())
                .containsEntry("Authorization", "Bearer " + KEY)
                .doesNotContainKey("X-Of-The-Flow");
        assertThat(sent().body())
                .contains("{\"role\":\"system\",\"content\":\"Be brief.\"}", "What is it?", "\"model\":\"gpt-4\"");
    }

    @Test
    void the_flow_keeps_its_headers_and_never_sees_the_providers() {
        Map<String, Object> headers = flow.request(
                        "direct:openai", exchange -> exchange.getMessage().setHeader("X-Of-The-Flow", "1"))
                .getMessage()
                .getHeaders();
        assertThat(headers).containsOnly(Map.entry("X-Of-The-Flow", "1"));
    }

    @Test
    void the_sink_answers_with_the_whole_completion() {
        assertThat(flow.requestBody("direct:sink", "hello", String.class))
                .isEqualTo(FakeProvider.Call.completionBody("the answer"));
    }

    @Test
    void every_kind_of_provider_is_asked_in_its_own_language() throws Exception {
        String url = "&baseUrl=http://127.0.0.1:" + provider.port();
        route("claude", "kamelet:llm-provider-action?type=anthropic&model=claude-x" + url);
        route("azure", "kamelet:llm-provider-action?type=azure&model=dep&apiVersion=2024-10-21" + url);
        route("gemini", "kamelet:llm-provider-action?type=vertex&model=gemini-x&projectId=p&region=global" + url);

        provider.behave(call -> call.json(
                200,
                "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"I am C\"}]}"));
        assertThat(flow.requestBody("direct:claude", "hello", String.class)).isEqualTo("I am C");
        assertThat(sent().headers()).containsEntry("x-api-key", KEY);

        provider.behave(call -> call.completion("I am A"));
        assertThat(flow.requestBody("direct:azure", "hello", String.class)).isEqualTo("I am A");
        assertThat(sent().path()).isEqualTo("/openai/deployments/dep/chat/completions?api-version=2024-10-21");

        provider.behave(call -> call.json(
                200, "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"I am G\"}]}}]}"));
        assertThat(flow.requestBody("direct:gemini", "hello", String.class)).isEqualTo("I am G");
        assertThat(sent().path()).contains("gemini-x:generateContent");
    }

    @Test
    void a_refusal_is_an_exception_that_the_flow_can_handle_with_its_own_message() {
        provider.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "7"));
        assertThat(failureOf("direct:openai"))
                .isInstanceOfSatisfying(
                        ChatFailed.class, failed -> assertThat(failed.status()).isEqualTo(429))
                .hasMessageContaining("fake 429");
        assertThat(provider.requests()).as("HttpClient must not repeat it").hasSize(1);
    }

    private Throwable failureOf(String endpoint) {
        var exchange = flow.request(endpoint, sent -> sent.getMessage().setBody("my prompt"));
        assertThat(exchange.getMessage().getBody()).isEqualTo("my prompt");
        return exchange.getException();
    }

    @Test
    @Timeout(60)
    void a_flow_that_tries_again_comes_to_an_end() throws Exception {
        camel.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:persistent")
                        .errorHandler(
                                defaultErrorHandler().maximumRedeliveries(2).redeliveryDelay(0))
                        .to("kamelet:llm-provider-action?type=openai&model=m&baseUrl=" + provider.url());
            }
        });
        provider.behave(call -> call.error(503, "server_error", "x"));
        assertThat(failureOf("direct:persistent")).isInstanceOf(ChatFailed.class);
        assertThat(provider.requests()).hasSize(3).allMatch(sent -> sent.body().contains("my prompt"));
    }

    @Test
    void what_is_wrong_with_our_key_is_not_the_callers_fault_and_the_key_is_not_quoted() {
        provider.behave(call -> call.error(401, "authentication_error", "invalid_api_key"));
        assertThat(failureOf("direct:openai"))
                .isInstanceOfSatisfying(
                        ChatFailed.class, failed -> assertThat(failed.status()).isEqualTo(502));
        provider.behave(call -> call.json(401, "{\"error\":{\"message\":\"bad key " + KEY + "\"}}"));
        assertThat(failureOf("direct:openai").getMessage()).contains("bad key").doesNotContain(KEY);
    }

    @Test
    void a_provider_that_cannot_be_reached_or_says_nonsense_is_told_apart() {
        provider.behave(call -> call.json(200, "{\"nonsense\":1}"));
        assertThat(failureOf("direct:openai")).isInstanceOf(ChatFailed.class).hasMessageContaining("no choices");
        provider.close();
        assertThat(failureOf("direct:openai")).isInstanceOf(ChatFailed.class).hasMessageContaining("503");
    }

    @Test
    void an_answer_that_does_not_come_in_time_is_cut_short() throws Exception {
        route(
                "impatient",
                "kamelet:llm-provider-action?type=openai&model=gpt-4&responseTimeout=300ms&baseUrl=" + provider.url());
        provider.behave(call -> call.awaitClosed());
        assertThat(failureOf("direct:impatient"))
                .isInstanceOfSatisfying(
                        ChatFailed.class, failed -> assertThat(failed.status()).isEqualTo(504));
    }

    @Test
    void a_wrong_parameter_stops_the_start_with_its_name() {
        assertThatThrownBy(() -> route("azure", "kamelet:llm-provider-action?type=azure&model=m"))
                .rootCause()
                .hasMessageContaining("baseUrl is required for type azure");
        assertThatThrownBy(() -> route("slow", "kamelet:llm-provider-action?type=openai&model=m&responseTimeout=2x"))
                .rootCause()
                .hasMessageContaining("responseTimeout must be a duration");
    }

    @Test
    void the_key_is_nowhere_to_be_seen() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            flow.requestBody("direct:openai", "hello", String.class);
            provider.behave(call -> call.error(500, "server_error", "x"));
            failureOf("direct:openai");
            assertThat(log.text()).doesNotContain(KEY);
        }
        MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : jmx.queryNames(new ObjectName("org.apache.camel:*"), null)) {
            assertThat(name.toString()).doesNotContain(KEY);
            if (name.toString().contains("type=endpoints")) {
                assertThat((String) jmx.getAttribute(name, "EndpointUri")).doesNotContain(KEY);
            }
        }
    }
}
