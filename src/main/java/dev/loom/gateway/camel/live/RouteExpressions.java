package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.port.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.model.DisabledAwareDefinition;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.HasExpressionType;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.apache.camel.model.language.RefExpression;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * Expressions of routes, compiled by themselves: neither beans nor endpoints need to be there, but the components that URIs
 * name, and their options. What Camel leaves to the first message, a function within a function of {@code simple} for
 * instance, is compiled, too.
 */
public final class RouteExpressions {

    /** A function of {@code simple} in which there is no other one, unless it is escaped. */
    private static final Pattern INNERMOST = Pattern.compile("(?<!\\\\)\\$\\{[^${}]*}");

    /** Any word behind {@code exchange} is a method of the exchange to Camel, which it looks for with the first message. */
    private static final Pattern MISSPELT = Pattern.compile("\\$\\{exchange(?!\\.|Id\\b|Property\\b)");

    private static final Pattern SCHEME = Pattern.compile("^([a-zA-Z][a-zA-Z0-9+.-]*)[:?]");

    private final CamelContext context;
    private final List<String> problems = new ArrayList<>();

    private final List<String> lines;

    /** What is compiled now, as it is written. */
    private String text = "";

    private RouteExpressions(CamelContext context, List<String> lines) {
        this.context = context;
        this.lines = lines;
    }

    /**
     * Each with its line, step and route; empty if there is none.
     *
     * @param lines of the file that the routes are from
     */
    public static List<String> problems(CamelContext context, List<RouteDefinition> routes, List<String> lines) {
        RouteExpressions expressions = new RouteExpressions(context, lines);
        routes.forEach(expressions::check);
        expressions.problems.addAll(RouteAddresses.problems(routes, lines));
        return expressions.problems;
    }

    private void check(RouteDefinition route) {
        List<OptionalIdentifiedDefinition<?>> steps = new ArrayList<>();
        steps.add(route.getInput());
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), OptionalIdentifiedDefinition.class)
                .forEach(steps::add);
        for (OptionalIdentifiedDefinition<?> step : steps) {
            try {
                compile(step);
            } catch (RuntimeException e) {
                int line = RouteMistake.line(lines, route.getRouteId(), text);
                String reason = Reason.of(e);
                problems.add("line " + line + ": the step " + step.getShortName() + " of the route '"
                        + route.getRouteId() + "': " + reason + (reason.endsWith("?") ? "" : "; correct it"));
            }
        }
    }

    private void compile(OptionalIdentifiedDefinition<?> step) {
        if (step instanceof DisabledAwareDefinition aware && "true".equals(aware.getDisabled())) {
            return;
        }
        if (step instanceof EndpointRequiredDefinition of) {
            checkComponent(of.getEndpointUri());
        }
        if (step instanceof KameletDefinition kamelet) {
            checkKamelet("kamelet:" + kamelet.getName());
        }
        if (step instanceof HasExpressionType node && node.getExpressionType() != null) {
            compile(node.getExpressionType(), step instanceof FilterDefinition || step instanceof WhenDefinition);
        }
        if (step instanceof LogDefinition log && log.getLogLanguage() == null) {
            compileSimple(log.getMessage());
        }
        if (step instanceof ThrowExceptionDefinition thrown) {
            compileSimple(thrown.getMessage());
        }
        if (step instanceof ToDynamicDefinition dynamic
                && !String.valueOf(dynamic.getUri()).contains("language:")) {
            checkComponent(dynamic.getUri());
            compileSimple(dynamic.getUri());
        }
    }

    /** What begins with a placeholder or an expression is left to the start, or to the first message. */
    private void checkComponent(@Nullable String uri) {
        Matcher scheme = SCHEME.matcher(String.valueOf(uri));
        if (uri == null || !scheme.find() || scheme.group(1).equals("ref")) {
            return;
        }
        String name = scheme.group(1);
        text = lines.stream().anyMatch(line -> line.contains(uri)) ? uri : name;
        if (context.getComponent(name, true, false) == null) {
            throw new IllegalArgumentException("there is no component '" + name
                    + "' in the jar; docs/routes.md lists those that are there and says how to add one");
        }
        if (name.equals("kamelet")) {
            checkKamelet(uri);
        }
        String option = EndpointOptions.misspelt(context, name, uri);
        if (!option.isEmpty()) {
            text = option;
            throw new IllegalArgumentException("the component '" + name + "' has no option '" + option + "'"
                    + EndpointOptions.meant(context, name, option));
        }
    }

    private void checkKamelet(String uri) {
        for (String parameter : EndpointOptions.names(uri)) {
            text = parameter;
            KameletParameters.check(context, uri, parameter);
        }
    }

    /** What names a bean is left to the rehearsal, where beans are. */
    private void compile(ExpressionDefinition written, boolean predicate) {
        boolean ofBean = written instanceof MethodCallExpression || written instanceof RefExpression;
        if (ofBean || written.getExpressionValue() != null) {
            return;
        }
        text = String.valueOf(written.getExpression());
        if (predicate) {
            written.createPredicate(context);
        } else {
            written.createExpression(context);
        }
        if (written instanceof SimpleExpression) {
            compileSimple(written.getExpression());
        }
    }

    private void compileSimple(@Nullable String written) {
        text = written == null ? "" : written;
        Matcher function = INNERMOST.matcher(text);
        while (function.find()) {
            String alone = function.group();
            if (!alone.startsWith("${bean:") && !alone.startsWith("${ref:")) {
                Expression compiled = context.resolveLanguage("simple").createExpression(alone);
                if (MISSPELT.matcher(alone).lookingAt()) {
                    compiled.evaluate(new DefaultExchange(context), Object.class);
                }
            }
        }
    }
}
