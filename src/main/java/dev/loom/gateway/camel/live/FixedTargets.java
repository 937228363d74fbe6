package dev.loom.gateway.camel.live;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.model.DynamicRouterDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.PollEnrichDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.ExpressionDefinition;
import org.jspecify.annotations.Nullable;

/** Addresses of steps that take them from an expression, where the expression is a fixed text. */
final class FixedTargets {

    private static final String COMMA = ",";

    private FixedTargets() {}

    /** Empty where a step has none, or passes by those that are not there. */
    static List<String> of(Object step) {
        if (step instanceof RecipientListDefinition<?> list) {
            return of(list, list.getIgnoreInvalidEndpoints(), list.getDelimiter());
        }
        if (step instanceof RoutingSlipDefinition<?> slip) {
            return of(slip, slip.getIgnoreInvalidEndpoints(), slip.getUriDelimiter());
        }
        if (step instanceof DynamicRouterDefinition<?> router) {
            return of(router, router.getIgnoreInvalidEndpoints(), router.getUriDelimiter());
        }
        if (step instanceof EnrichDefinition enrich) {
            return of(enrich, enrich.getIgnoreInvalidEndpoint(), "");
        }
        if (step instanceof PollEnrichDefinition enrich) {
            return of(enrich, enrich.getIgnoreInvalidEndpoint(), "");
        }
        return List.of();
    }

    /** @param delimiter between the addresses; empty where there is only one */
    private static List<String> of(ExpressionNode step, @Nullable String ignoring, @Nullable String delimiter) {
        ExpressionDefinition written = step.getExpression();
        String text = written == null ? null : written.getExpression();
        boolean fixed = written instanceof ConstantExpression
                || (written != null && "simple".equals(written.getLanguage()) && text != null && !text.contains("${"));
        if (!fixed || text == null || "true".equals(ignoring)) {
            return List.of();
        }
        String between = delimiter == null ? COMMA : delimiter;
        String[] addresses = between.isEmpty() || between.equals("false")
                ? new String[] {text}
                : text.split(Pattern.quote(between), -1);
        return Arrays.stream(addresses).map(String::strip).toList();
    }
}
