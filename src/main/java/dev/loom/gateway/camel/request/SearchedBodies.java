package dev.loom.gateway.camel.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.HasExpressionType;
import org.apache.camel.model.InterceptDefinition;
import org.apache.camel.model.InterceptSendToEndpointDefinition;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.OnCompletionDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.OnWhenDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ValidateDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.spi.Language;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@code ${body} contains 'words'} search the text of a request or an answer. Camel's {@code simple} searches texts and
 * collections alone and compares any other body as a whole, so a guard would let everything through.
 */
final class SearchedBodies extends ModelLifecycleStrategySupport {

    private static final Pattern SEARCHED = Pattern.compile("\\$\\{body}(?=\\s+!?(?:contains|~~)\\s)");

    static void in(CamelContext context) {
        context.getCamelContextExtension()
                .getContextPlugin(Model.class)
                .addModelLifecycleStrategy(new SearchedBodies());
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        search(route.getOutputs());
    }

    private static void search(List<ProcessorDefinition<?>> steps) {
        for (OptionalIdentifiedDefinition<?> step :
                ProcessorDefinitionHelper.filterTypeInOutputs(steps, OptionalIdentifiedDefinition.class)) {
            if (step instanceof HasExpressionType conditional && decides(step)) {
                search(conditional);
            }
            OnWhenDefinition condition = condition(step);
            if (condition != null) {
                search(condition);
            }
        }
    }

    /** What a value is made of is text to Camel, whatever words are in it. */
    private static boolean decides(OptionalIdentifiedDefinition<?> step) {
        return step instanceof FilterDefinition
                || step instanceof WhenDefinition
                || step instanceof ValidateDefinition
                || (step instanceof LoopDefinition loop && "true".equals(loop.getDoWhile()));
    }

    private static @Nullable OnWhenDefinition condition(OptionalIdentifiedDefinition<?> step) {
        if (step instanceof CatchDefinition caught) {
            return caught.getOnWhen();
        } else if (step instanceof OnExceptionDefinition handled) {
            return handled.getOnWhen();
        } else if (step instanceof OnCompletionDefinition completed) {
            return completed.getOnWhen();
        } else if (step instanceof InterceptDefinition intercepted) {
            return intercepted.getOnWhen();
        }
        return step instanceof InterceptSendToEndpointDefinition sent ? sent.getOnWhen() : null;
    }

    private static void search(HasExpressionType step) {
        if (step.getExpressionType() instanceof SimpleExpression written
                && SEARCHED.matcher(String.valueOf(written.getExpression())).find()) {
            ExpressionDefinition searching = new ExpressionDefinition(new Search(written.getExpression()));
            searching.setExpression(written.getExpression());
            step.setExpressionType(searching);
        }
    }

    /** Decides by the body of each message, since steps before may have made a collection of it. */
    private static final class Search implements Predicate {

        private final String text;
        private Predicate asWritten = exchange -> false;
        private Predicate asText = exchange -> false;

        Search(String text) {
            this.text = text;
        }

        @Override
        public void init(CamelContext context) {
            Language simple = context.resolveLanguage("simple");
            String resolved = context.resolvePropertyPlaceholders(text);
            Matcher searched = SEARCHED.matcher(resolved);
            asWritten = simple.createPredicate(resolved);
            asText = simple.createPredicate(searched.replaceAll("\\${bodyAs(String)}"));
            asWritten.init(context);
            asText.init(context);
        }

        @Override
        public boolean matches(Exchange exchange) {
            boolean camels = isSearchedByCamel(exchange.getMessage().getBody());
            return (camels ? asWritten : asText).matches(exchange);
        }

        private static boolean isSearchedByCamel(@Nullable Object body) {
            return body == null
                    || body instanceof CharSequence
                    || (body instanceof Iterable && !(body instanceof JsonNode))
                    || (body.getClass().isArray() && !(body instanceof byte[]));
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
