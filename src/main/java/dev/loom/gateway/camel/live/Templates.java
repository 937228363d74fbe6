package dev.loom.gateway.camel.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.apache.camel.spi.Resource;

/** Templates of routes, looked at while nobody has an instance of them. */
final class Templates {

    /** For a parameter whose value only an instance knows. */
    private static final String ANY = "1";

    private Templates() {}

    /**
     * The routes of a file's templates, to be read and not to be made.
     *
     * @param context in which the file has been loaded
     */
    static List<Definitions.Loaded> asRoutes(ModelCamelContext context, Resource file) {
        List<Definitions.Loaded> routes = new ArrayList<>();
        for (RouteTemplateDefinition template : context.getRouteTemplateDefinitions()) {
            if (RouteTexts.isSame(file, template.getResource())) {
                RouteDefinition route = template.asRouteDefinition();
                route.setId(template.getId());
                Map<String, Object> parameters = new HashMap<>();
                Objects.requireNonNullElse(
                                template.getTemplateParameters(), List.<RouteTemplateParameterDefinition>of())
                        .forEach(each -> parameters.put(
                                each.getName(), each.getDefaultValue() == null ? ANY : each.getDefaultValue()));
                Objects.requireNonNullElse(
                                template.getTemplateBeans(), List.<BeanFactoryDefinition<RouteTemplateDefinition>>of())
                        .forEach(each -> parameters.put(each.getName(), ANY));
                route.setTemplateParameters(parameters);
                routes.add(new Definitions.Loaded(route, null));
            }
        }
        return routes;
    }
}
