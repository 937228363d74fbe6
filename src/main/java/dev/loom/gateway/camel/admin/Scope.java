package dev.loom.gateway.camel.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.request.Gateway;

/** Says, where there are several instances, whether the figures of a view are those of this one or of all. */
final class Scope {

    private Scope() {}

    /** @param counted keys whose figures are those of all while their store is there; every other figure is this instance's */
    static ObjectNode on(ObjectNode view, Gateway gateway, String... counted) {
        return kept(view, gateway, gateway.fleet().status().available() ? counted : new String[0]);
    }

    /** @param common keys whose figures are those of all; every other figure is this instance's */
    static ObjectNode kept(ObjectNode view, Gateway gateway, String... common) {
        if (gateway.fleet().status().shared()) {
            ObjectNode scope = view.putObject("scope");
            for (String key : common) {
                scope.put(key, "fleet");
            }
            scope.put("all_others", "instance");
        }
        return view;
    }
}
