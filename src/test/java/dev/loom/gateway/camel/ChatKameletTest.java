package dev.loom.gateway.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code llm-chat-action} as a step of somebody's own flow. */
class ChatKameletTest {

    private static FakeProvider broken;
    private static FakeProvider working;
    private static TestGateway gateway;
    private static ProducerTemplate flow;

    @BeforeAll
    static void start() throws Exception {
        broken = FakeProvider.failing(503, "server_error", "x");
        working = FakeProvider.saying("the answer");
        gateway = TestGateway.over(broken, working);
        gateway.camel().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:text").to("kamelet:llm-chat-action?model=gpt-4&system=Be brief.");
                from("direct:json").to("kamelet:llm-chat-action?model=gpt-4&output=json");
                from("direct:unknown").to("kamelet:llm-chat-action?model=nobody-serves-this");
            }
        });
        flow = gateway.camel().createProducerTemplate();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        broken.close();
        working.close();
    }

    @Test
    void a_prompt_becomes_the_answers_text_also_when_the_first_provider_fails() {
        assertThat(flow.requestBody("direct:text", "What is it?", String.class)).isEqualTo("the answer");
        String sent = working.requests().get(working.requests().size() - 1).body();
        assertThat(sent)
                .contains(
                        "{\"role\":\"system\",\"content\":\"Be brief.\"}",
                        "{\"role\":\"user\",\"content\":\"What is it?\"}");
    }

    @Test
    void a_chat_request_keeps_its_own_messages_and_becomes_the_whole_answer() {
        String request = "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"temperature\":0}";
        assertThat(flow.requestBody("direct:json", request, String.class))
                .isEqualTo(FakeProvider.Call.completionBody("the answer"));
        assertThat(working.requests().get(working.requests().size() - 1).body()).contains("\"temperature\":0");
    }

    @Test
    void what_a_client_would_get_as_an_error_is_an_exception_of_the_flow() {
        assertThatThrownBy(() -> flow.requestBody("direct:unknown", "x"))
                .isInstanceOf(CamelExecutionException.class)
                .hasRootCauseInstanceOf(ChatFailed.class)
                .rootCause()
                .hasMessageContaining("404")
                .hasMessageContaining("nobody-serves-this");
    }
}
