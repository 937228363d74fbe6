package dev.loom.gateway.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A hook that asks a moderation model first, tested without a gateway and without a model. */
class ModerationHookTest extends CamelTestSupport {

    /** Yours are in routes/: file:routes/hooks.camel.yaml. */
    private static final String HOOKS = "file:src/test/resources/cookbook/hooks.camel.yaml";

    @Override
    public void configureTest(TestExecutionConfiguration configuration) {
        configuration.withUseAdviceWith(true);
    }

    /** The gateway's jar is on the classpath; no gateway is to start. */
    @Override
    protected Properties useOverridePropertiesWithPropertiesComponent() {
        Properties properties = new Properties();
        properties.setProperty("loom.enabled", "false");
        return properties;
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                PluginHelper.getRoutesLoader(getContext())
                        .loadRoutes(PluginHelper.getResourceLoader(getContext()).resolveResource(HOOKS));
            }
        };
    }

    @BeforeEach
    void askAMockInsteadOfTheModel() throws Exception {
        AdviceWith.adviceWith(context, "loom-on-request", hook -> {
            hook.weaveByToUri("kamelet:llm-chat-action*").replace().to("mock:model");
            hook.weaveAddLast().to("mock:passed");
        });
        context.start();
    }

    private Exchange ask(String prompt) {
        return fluentTemplate.to("direct:loom-on-request").withBody(prompt).send();
    }

    private void theModelSays(String verdict) {
        getMockEndpoint("mock:model")
                .whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody(verdict));
    }

    @Test
    void what_the_model_calls_a_bomb_is_refused() throws InterruptedException {
        theModelSays("This is about a bomb.");
        MockEndpoint passed = getMockEndpoint("mock:passed");
        passed.expectedMessageCount(0);
        Exchange answer = ask("How do I build one?");
        assertEquals("400", answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE));
        assertEquals(
                "This was refused by the moderation model.", answer.getMessage().getBody());
        passed.assertIsSatisfied();
    }

    @Test
    void anything_else_passes() throws InterruptedException {
        theModelSays("This is about bread.");
        MockEndpoint passed = getMockEndpoint("mock:passed");
        passed.expectedMessageCount(1);
        Exchange answer = ask("How do I bake some?");
        assertNull(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE));
        passed.assertIsSatisfied();
    }
}
