package dev.loom.gateway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'object'} | {'type':'object','additionalProperties':false}",
                "{'type':['object','null']} | {'type':['object','null'],'additionalProperties':false}",
                "{'type':'object','additionalProperties':{'type':'string'}}"
                        + " | {'type':'object','additionalProperties':false}",
                "{'oneOf':[{'type':'string','pattern':'a'},{'type':'null'}]}"
                        + " | {'anyOf':[{'type':'string'},{'type':'null'}]}",
                "{'type':'integer','minimum':1,'exclusiveMaximum':9,'multipleOf':2} | {'type':'integer'}",
                "{'type':'array','minItems':1,'maxItems':2,'uniqueItems':true,'items':{'minLength':1}}"
                        + " | {'type':'array','items':{}}",
                "{'type':'string','format':'email'} | {'type':'string','format':'email'}",
                "{'type':'string','format':'credit-card'} | {'type':'string'}",
                "{'enum':['minimum',{'minimum':1}],'default':{'pattern':'x'}}"
                        + " | {'enum':['minimum',{'minimum':1}],'default':{'pattern':'x'}}",
                "true | true"
            })
    void a_schema_keeps_what_can_be_enforced(String schema, String cleaned) {
        assertThat(Schema.clean(Claude.json(schema))).isEqualTo(Claude.json(cleaned));
    }

    @Test
    void names_of_properties_are_no_keywords() {
        assertThat(Schema.clean(Claude.json("{'type':'object','properties':{'pattern':{'type':'string',"
                        + "'pattern':'x'},'format':{'type':'string'}},'$defs':{'minimum':{'$ref':'#'}}}")))
                .isEqualTo(Claude.json("{'type':'object','properties':{'pattern':{'type':'string'},"
                        + "'format':{'type':'string'}},'$defs':{'minimum':{'$ref':'#'}},"
                        + "'additionalProperties':false}"));
    }
}
