package dev.loom.gateway.camel.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
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
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ExpressionNode.class)
                .forEach(SearchedBodies::search);
    }

    private static void search(ExpressionNode step) {
        if (step.getExpression() instanceof SimpleExpression written
                && SEARCHED.matcher(String.valueOf(written.getExpression())).find()) {
            ExpressionDefinition searching = new ExpressionDefinition(new Search(written.getExpression()));
            searching.setExpression(written.getExpression());
            step.setExpression(searching);
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
