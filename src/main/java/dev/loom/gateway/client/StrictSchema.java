package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/** Tells whether OpenAI takes a JSON Schema as a strict one: every object is closed and all its properties are required. */
public final class StrictSchema {

    private StrictSchema() {}

    public static boolean is(JsonNode schema) {
        if (schema.path("properties").isObject() || schema.path("type").asText().equals("object")) {
            Set<String> optional = new HashSet<>();
            schema.path("properties").fieldNames().forEachRemaining(optional::add);
            schema.path("required").forEach(name -> optional.remove(name.asText()));
            JsonNode others = schema.path("additionalProperties");
            if (!optional.isEmpty() || !others.isBoolean() || others.asBoolean()) {
                return false;
            }
        }
        for (JsonNode part : schema) {
            if (!is(part)) {
                return false;
            }
        }
        return true;
    }
}
