package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.port.Reason;
import dev.loom.gateway.camel.request.Edits;
import dev.loom.gateway.config.yaml.Suggestion;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.DataFormatDefinition;
import org.apache.camel.model.DataFormatDefinitionAware;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.dataformat.CustomDataFormat;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.apache.camel.model.language.RefExpression;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.SimpleRegistry;
import org.jspecify.annotations.Nullable;

/** What steps name and has to be there: components with their options, Kamelets, beans, languages and data formats. */
final class RouteNames {

    private static final String LISTED =
            " in the jar; docs/routes.md lists those that are there and says how to add one";

    private static final Pattern SCHEME = Pattern.compile("^([a-zA-Z][a-zA-Z0-9+.-]*)[:?]");

    /** A name in the registry; what has a dot in it is the name of a class. */
    private static final Pattern BEAN = Pattern.compile("[A-Za-z_]\\w*");

    /** A call of one method, and not of another one of what it returns. */
    private static final Pattern METHOD = Pattern.compile("\\s*(\\w+)\\s*(?:\\(.*)?", Pattern.DOTALL);

    private static final String EDITS = "loomEdit";

    private static final String EXCEPTIONS = "class of exceptions";

    /** Before the name of a bean where a class could stand, too. */
    private static final Pattern REFERENCE = Pattern.compile("^#(bean:)?");

    private static final Pattern IN_SIMPLE =
            Pattern.compile("\\$\\{(?:bean|ref):(?!type:)([A-Za-z_]\\w*)(?=[?.}])(?![^}]*::)");

    /** A name that nothing has. */
    static final class Unknown extends IllegalArgumentException {

        private final String word;

        private Unknown(String word, String message) {
            super(message);
            this.word = word;
        }

        /** As it stands in the file. */
        String word() {
            return word;
        }
    }

    private final CamelContext context;
    private final Set<String> beans;
    private final boolean all;

    /**
     * @param beans names of beans that are there beside those of the context, or are in it
     * @param all whether nobody can add others
     */
    RouteNames(CamelContext context, Set<String> beans, boolean all) {
        this.context = context;
        this.beans = beans;
        this.all = all;
    }

    /** Names of beans, as far as they are known without making any. */
    static Set<String> bound(CamelContext context) {
        return context.getRegistry() instanceof DefaultRegistry bound
                        && bound.getFallbackRegistry() instanceof SimpleRegistry known
                ? known.keySet()
                : Set.of();
    }

    /** @throws IllegalArgumentException if something that the step names is not there */
    void check(OptionalIdentifiedDefinition<?> step) {
        if (step instanceof EndpointRequiredDefinition of) {
            endpoint(of.getEndpointUri());
        }
        if (step instanceof ToDynamicDefinition dynamic
                && !String.valueOf(dynamic.getUri()).contains("language:")) {
            endpoint(dynamic.getUri());
        }
        FixedTargets.of(step).forEach(this::endpoint);
        if (step instanceof KameletDefinition kamelet) {
            kamelet("kamelet:" + kamelet.getName());
        }
        if (step instanceof BeanDefinition bean) {
            bean(bean.getRef());
            method(bean.getRef(), bean.getMethod());
            type(bean.getBeanType(), Object.class, "class");
        }
        if (step instanceof ProcessDefinition process) {
            bean(process.getRef());
        }
        if (step instanceof OnExceptionDefinition handled) {
            handled.getExceptions().forEach(each -> type(each, Throwable.class, EXCEPTIONS));
        }
        if (step instanceof CatchDefinition caught) {
            caught.getExceptions().forEach(each -> type(each, Throwable.class, EXCEPTIONS));
        }
        if (step instanceof DataFormatDefinitionAware aware) {
            dataFormat(aware.getDataFormatType());
        }
    }

    /** @throws IllegalArgumentException if the language or the bean of an expression is not there */
    void check(ExpressionDefinition written) {
        if (written instanceof MethodCallExpression call) {
            bean(call.getRef());
            method(call.getRef(), call.getMethod());
            type(call.getBeanTypeName(), Object.class, "class");
        } else if (written instanceof RefExpression) {
            bean(written.getExpression());
        } else if (written.getExpressionValue() == null && written.getPredicate() == null) {
            try {
                context.resolveLanguage(written.getLanguage());
            } catch (NoSuchLanguageException e) {
                throw new Unknown(
                        written.getLanguage(), "there is no language '" + written.getLanguage() + "'" + LISTED);
            }
        }
    }

    /** @throws IllegalArgumentException if a bean that an expression of {@code simple} names is not there */
    void checkSimple(String text) {
        Matcher named = IN_SIMPLE.matcher(text);
        while (named.find()) {
            bean(named.group(1));
        }
    }

    /** What begins with a placeholder or an expression is left to the start, or to the first message. */
    private void endpoint(@Nullable String uri) {
        Matcher scheme = SCHEME.matcher(String.valueOf(uri));
        if (uri == null || !scheme.find() || scheme.group(1).equals("ref")) {
            return;
        }
        String name = scheme.group(1);
        if (context.getComponent(name, true, false) == null) {
            throw new Unknown(name, "there is no component '" + name + "'" + LISTED);
        }
        if (name.equals("kamelet")) {
            kamelet(uri);
        }
        if (name.equals("bean")) {
            bean(Beginnings.plain(uri).substring("bean:".length()));
        }
        String option = EndpointOptions.misspelt(context, name, uri);
        if (!option.isEmpty()) {
            throw new Unknown(
                    option,
                    "the component '" + name + "' has no option '" + option + "'"
                            + EndpointOptions.meant(context, name, option));
        }
        EndpointOptions.of(uri).values().stream()
                .map(String::valueOf)
                .filter(value -> value.startsWith("#"))
                .forEach(this::bean);
    }

    private void kamelet(String uri) {
        String name = KameletParameters.name(uri);
        Set<String> given = EndpointOptions.of(uri).keySet();
        if (!given.contains("location") && !KameletParameters.isThere(context, name)) {
            String meant = Suggestion.of(name, KameletParameters.names(context));
            throw new Unknown(
                    name,
                    "there is no Kamelet '" + name + "'"
                            + (meant.isEmpty()
                                    ? "; put " + name + ".kamelet.yaml into kamelets/, or correct the name"
                                    : meant));
        }
        for (String parameter : given) {
            try {
                KameletParameters.check(context, uri, parameter);
            } catch (IllegalArgumentException e) {
                throw new Unknown(parameter, String.valueOf(e.getMessage()));
            }
        }
    }

    private void bean(@Nullable String reference) {
        String name = REFERENCE.matcher(String.valueOf(reference)).replaceFirst("");
        if (reference == null
                || !BEAN.matcher(name).matches()
                || beans.contains(name)
                || context.getRegistry().lookupByName(name) != null) {
            return;
        }
        String meant = Suggestion.of(name, beans);
        if (all || !meant.isEmpty()) {
            throw new Unknown(
                    name,
                    "there is no bean '" + name + "'"
                            + (meant.isEmpty()
                                    ? "; define it below beans: in a route file, or correct the name"
                                    : meant));
        }
    }

    /** Of the beans that are not there, one is known all the same. */
    private void method(@Nullable String ref, @Nullable String call) {
        Matcher method = METHOD.matcher(String.valueOf(call));
        Object bean = ref == null ? null : context.getRegistry().lookupByName(ref);
        Class<?> type = bean != null ? bean.getClass() : EDITS.equals(ref) ? Edits.class : null;
        if (call == null || type == null || !method.matches()) {
            return;
        }
        String name = method.group(1);
        if (Arrays.stream(type.getMethods()).noneMatch(each -> each.getName().equals(name))) {
            throw new Unknown(name, Reason.noMethod(name, type));
        }
    }

    private void type(@Nullable String name, Class<?> kind, String what) {
        if (name != null && !name.contains("{") && context.getClassResolver().resolveClass(name, kind) == null) {
            throw new Unknown(name, "there is no " + what + " '" + name + "'; correct its name");
        }
    }

    private void dataFormat(@Nullable DataFormatDefinition type) {
        if (type == null || type instanceof CustomDataFormat || type.getDataFormat() != null) {
            return;
        }
        String name = type.getDataFormatName();
        if (name != null && PluginHelper.getDataFormatResolver(context).createDataFormat(name, context) == null) {
            throw new Unknown(name, "there is no data format '" + name + "'" + LISTED);
        }
    }
}
