package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.port.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.DisabledAwareDefinition;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.HasExpressionType;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RemovePropertiesDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.ThrottleDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.ValidateDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.apache.camel.model.language.RefExpression;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * Expressions of routes, compiled by themselves, and the names in them. What Camel leaves to the first message is compiled,
 * too: a function within a function of {@code simple}, a path of {@code jsonpath}, a regular expression. Long, because steps have
 * their expressions in many places.
 */
final class RouteExpressions {

    /** A function of {@code simple} in which there is no other one, unless it is escaped. */
    private static final Pattern INNERMOST = Pattern.compile("(?<!\\\\)\\$\\{(?:[^${}]|\\$(?!\\{))*}");

    private static final Pattern OF_BEANS = Pattern.compile("\\$\\{(bean|ref):");

    /** Any word behind {@code exchange} is a method of the exchange to Camel, which it looks for with the first message. */
    private static final Pattern MISSPELT = Pattern.compile("\\$\\{exchange(?!\\.|Id\\b|Property\\b)");

    /** An operator of {@code simple} whose right side Camel reads with the first message, and that side. */
    private static final Pattern OPERAND = Pattern.compile("(?<=\\s)!?(?:regex|is|range)\\s+(?:'[^'$]*'|\"[^\"$]*\")");

    private static final Pattern REDACTED = Pattern.compile("^\\s*redact\\([^,]*,\\s*(['\"])(.*?)\\1\\s*,");

    /** What is no operator in {@code simple}: texts and functions. */
    private static final Pattern VALUE = Pattern.compile("'[^']*'|\"[^\"]*\"|\\$\\{[^}]*}");

    private static final Pattern WORD = Pattern.compile("\\b(?i:and|or)\\b");

    /** Begins what a property, or a template's parameter, says when a route is made. */
    private static final String PROPERTY = "{{";

    /** What says that a path of {@code jsonpath} is broken, and not that it leads nowhere. */
    private static final Set<String> BROKEN =
            Set.of("InvalidPathException", "InvalidCriteriaException", "PatternSyntaxException");

    private final CamelContext context;
    private final RouteNames names;
    private final List<String> lines;
    private final List<String> problems = new ArrayList<>();

    /** What is compiled now, as it is written. */
    private String text = "";

    private boolean predicate;

    private RouteExpressions(CamelContext context, RouteNames names, List<String> lines) {
        this.context = context;
        this.names = names;
        this.lines = lines;
    }

    /**
     * Each with its line, step and route; empty if there is none.
     *
     * @param lines of the file that the routes are from
     */
    static List<String> problems(
            CamelContext context, RouteNames names, List<Definitions.Loaded> routes, List<String> lines) {
        RouteExpressions expressions = new RouteExpressions(context, names, lines);
        routes.forEach(loaded -> expressions.checkWithParameters(loaded.route()));
        return expressions.problems;
    }

    /** Texts of an instance of a template name the parameters of the template as properties. */
    private void checkWithParameters(RouteDefinition route) {
        Properties parameters = new Properties();
        if (route.getTemplateParameters() != null) {
            parameters.putAll(route.getTemplateParameters());
        }
        context.getPropertiesComponent().setLocalProperties(parameters);
        try {
            check(route);
        } finally {
            context.getPropertiesComponent().setLocalProperties(null);
        }
    }

    private void check(RouteDefinition route) {
        List<OptionalIdentifiedDefinition<?>> steps = new ArrayList<>();
        steps.add(route.getInput());
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), OptionalIdentifiedDefinition.class)
                .forEach(steps::add);
        for (OptionalIdentifiedDefinition<?> step : steps) {
            try {
                if (!(step instanceof DisabledAwareDefinition aware && "true".equals(aware.getDisabled()))) {
                    names.check(step);
                    compile(step);
                }
            } catch (RuntimeException e) {
                String word = e instanceof RouteNames.Unknown unknown ? unknown.word() : text;
                String reason = Reason.of(e) + hint();
                problems.add("line " + RouteMistake.line(lines, route, step, word) + ": the step " + step.getShortName()
                        + " of the route '" + route.getRouteId() + "': " + reason
                        + (reason.endsWith("?") || reason.contains("correct ") ? "" : "; correct it"));
            }
            text = "";
        }
    }

    private void compile(OptionalIdentifiedDefinition<?> step) {
        boolean decides = step instanceof FilterDefinition
                || step instanceof WhenDefinition
                || step instanceof ValidateDefinition;
        if (step instanceof HasExpressionType node) {
            compile(node.getExpressionType(), decides);
        }
        if (step instanceof SetHeadersDefinition many) {
            many.getHeaders().forEach(header -> compile(header.getExpression(), false));
        }
        if (step instanceof ThrottleDefinition throttle && throttle.getCorrelationExpression() != null) {
            compile(throttle.getCorrelationExpression().getExpressionType(), false);
        }
        if (step instanceof OnExceptionDefinition handled && handled.getOnWhen() != null) {
            compile(handled.getOnWhen().getExpression(), true);
        }
        if (step instanceof CatchDefinition caught && caught.getOnWhen() != null) {
            compile(caught.getOnWhen().getExpression(), true);
        }
        if (step instanceof BeanDefinition bean) {
            compileCall(bean.getMethod());
        }
        if (step instanceof RemoveHeadersDefinition removed) {
            compilePattern(removed.getPattern());
        }
        if (step instanceof RemovePropertiesDefinition removed) {
            compilePattern(removed.getPattern());
        }
        compileTexts(step);
    }

    private void compileTexts(OptionalIdentifiedDefinition<?> step) {
        if (step instanceof LogDefinition log && log.getLogLanguage() == null) {
            compileSimple(log.getMessage());
        }
        if (step instanceof ThrowExceptionDefinition thrown) {
            compileSimple(thrown.getMessage());
        }
        if (step instanceof ToDynamicDefinition dynamic
                && !String.valueOf(dynamic.getUri()).contains("language:")) {
            compileSimple(dynamic.getUri());
        }
    }

    private void compile(@Nullable ExpressionDefinition written, boolean decides) {
        if (written == null) {
            return;
        }
        names.check(written);
        predicate = decides;
        if (written instanceof MethodCallExpression call) {
            compileCall(call.getMethod());
        } else if (!(written instanceof RefExpression) && written.getExpressionValue() == null) {
            compileText(written);
        }
        predicate = false;
    }

    private void compileText(ExpressionDefinition written) {
        text = String.valueOf(written.getExpression());
        if (OF_BEANS.matcher(text).find()) {
            // They may not be there yet.
            compileSimple(text);
            compileOperands();
            return;
        }
        Consumer<Exchange> compiled;
        if (predicate) {
            compiled = written.createPredicate(context)::matches;
        } else {
            Expression value = written.createExpression(context);
            compiled = exchange -> value.evaluate(exchange, Object.class);
        }
        if (written.getLanguage().equals("jsonpath") && !text.contains("${")) {
            findPath(compiled);
        }
        // A condition that searches a body has been made of simple, and has no language any more.
        if (written.getLanguage().equals("simple") || written.getPredicate() != null) {
            compileSimple(text);
            compileOperands();
        }
    }

    /** Camel reads a path when it is asked for the first time. */
    private void findPath(Consumer<Exchange> path) {
        DefaultExchange empty = new DefaultExchange(context);
        empty.getMessage().setBody("{}");
        try {
            path.accept(empty);
        } catch (RuntimeException e) {
            Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                    .filter(cause -> BROKEN.contains(cause.getClass().getSimpleName()))
                    .findFirst()
                    .ifPresent(cause -> {
                        throw new IllegalArgumentException(cause.getMessage());
                    });
        }
    }

    private void compileOperands() {
        Matcher operand = OPERAND.matcher(predicate ? text : "");
        while (operand.find()) {
            if (operand.group().contains(PROPERTY)) {
                continue;
            }
            Predicate alone = context.resolveLanguage("simple").createPredicate("${null} " + operand.group());
            alone.init(context);
            boolean unused = alone.matches(new DefaultExchange(context));
        }
    }

    /** The method of a bean, with its arguments. */
    private void compileCall(@Nullable String method) {
        compileSimple(method);
        Matcher redacted = REDACTED.matcher(text);
        if (redacted.find()) {
            compileRegex(redacted.group(2));
        }
    }

    /** A name, a beginning with a star, or a regular expression; a broken one would never match. */
    private void compilePattern(@Nullable String written) {
        if (written != null && !written.endsWith("*")) {
            compileRegex(written);
        }
    }

    private void compileRegex(String written) {
        text = written;
        if (!written.contains(PROPERTY)) {
            Pattern unused = Pattern.compile(written);
        }
    }

    private void compileSimple(@Nullable String written) {
        text = written == null ? "" : written;
        names.checkSimple(text);
        Matcher function = INNERMOST.matcher(text);
        while (function.find()) {
            String alone = function.group();
            if (!OF_BEANS.matcher(alone).find()) {
                Expression compiled = context.resolveLanguage("simple").createExpression(alone);
                if (MISSPELT.matcher(alone).lookingAt()) {
                    compiled.evaluate(new DefaultExchange(context), Object.class);
                }
                if (alone.startsWith("${jsonpath(")) {
                    findPath(exchange -> compiled.evaluate(exchange, Object.class));
                }
            }
        }
    }

    /** Simple has other words for them. */
    private String hint() {
        Matcher word = WORD.matcher(VALUE.matcher(predicate ? text : "").replaceAll(" "));
        boolean found = word.find();
        predicate = false;
        return found
                ? "; write " + (word.group().equalsIgnoreCase("and") ? "&&" : "||") + " in the place of '"
                        + word.group() + "'"
                : "";
    }
}
