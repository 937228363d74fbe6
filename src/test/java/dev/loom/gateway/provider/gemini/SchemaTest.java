package dev.loom.gateway.provider.gemini;

import static dev.loom.gateway.provider.gemini.VertexTargets.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.UnsupportedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {

    private static JsonNode converted(String schema) {
        return Schema.of(json(schema), "schema");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'string','minLength':1,'pattern':'a+'} | {'type':'STRING','minLength':1,'pattern':'a+'}",
                "{'type':['string','null']} | {'type':'STRING','nullable':true}",
                "{'type':['string','integer']} | {'anyOf':[{'type':'STRING'},{'type':'INTEGER'}]}",
                "{'anyOf':[{'type':'string'},{'type':'null'}]} | {'type':'STRING','nullable':true}",
                "{'oneOf':[{'type':'string'},{'type':'number'}]} | {'anyOf':[{'type':'STRING'},{'type':'NUMBER'}]}",
                "{'type':'string','enum':['a','b',null]} | {'type':'STRING','format':'enum','enum':['a','b'],'nullable':true}",
                "{'const':'a'} | {'type':'STRING','format':'enum','enum':['a']}",
                "{'type':'integer','enum':[1,2]} | {'type':'INTEGER'}",
                "{'type':'string','format':'date-time'} | {'type':'STRING','format':'date-time'}",
                "{'type':'string','format':'email','$schema':'x','examples':['y']} | {'type':'STRING'}",
                "{'type':'array','items':{'type':'boolean'},'maxItems':3} | {'type':'ARRAY','items':{'type':'BOOLEAN'},'maxItems':3}"
            })
    void a_keyword_is_said_in_the_words_of_the_subset(String schema, String expected) {
        assertThat(converted(schema)).isEqualTo(json(expected));
    }

    @Test
    void references_are_written_out() {
        assertThat(converted("{'type':'object','properties':{'a':{'$ref':'#/$defs/A~1B'},'b':{'$ref':'#/$defs/A~1B'}},"
                        + "'$defs':{'A/B':{'type':'string'}}}"))
                .isEqualTo(json("{'type':'OBJECT','properties':{'a':{'type':'STRING'},'b':{'type':'STRING'}},"
                        + "'propertyOrdering':['a','b']}"));
    }

    @Test
    void shapes_that_all_must_fit_become_one() {
        assertThat(converted("{'allOf':[{'type':'object','properties':{'a':{'type':'string'}},'required':['a']},"
                        + "{'properties':{'b':{'type':'number'}},'required':['b']}]}"))
                .isEqualTo(json("{'type':'OBJECT','properties':{'a':{'type':'STRING'},'b':{'type':'NUMBER'}},"
                        + "'propertyOrdering':['a','b'],'required':['a','b']}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'$ref':'#'}",
                "{'$ref':'#/$defs/none'}",
                "{'$ref':'https://x.example/s.json'}",
                "{'properties':{'a':{'$ref':'#/$defs/A'}},'$defs':{'A':{'properties':{'a':{'$ref':'#/$defs/A'}}}}}"
            })
    void references_that_cannot_be_written_out_are_refused(String schema) {
        assertThatThrownBy(() -> converted(schema))
                .isInstanceOf(UnsupportedRequest.class)
                .hasMessageContaining("refers to");
    }

    @Test
    void a_schema_that_explodes_is_refused() {
        StringBuilder definitions = new StringBuilder("'D0':{'type':'string'}");
        for (int i = 1; i < 30; i++) {
            String previous = "{'$ref':'#/$defs/D" + (i - 1) + "'}";
            definitions.append(",'D" + i + "':{'properties':{'a':" + previous + ",'b':" + previous + "}}");
        }
        assertThatThrownBy(() -> converted("{'$ref':'#/$defs/D29','$defs':{" + definitions + "}}"))
                .isInstanceOf(UnsupportedRequest.class)
                .hasMessageContaining("too large");
    }

    @Test
    void a_chain_of_references_without_end_is_refused() {
        StringBuilder definitions = new StringBuilder("'D0':{'type':'string'}");
        for (int i = 1; i < 9_000; i++) {
            definitions.append(",'D" + i + "':{'$ref':'#/$defs/D" + (i - 1) + "'}");
        }
        assertThatThrownBy(() -> converted("{'$ref':'#/$defs/D8999','$defs':{" + definitions + "}}"))
                .isInstanceOf(UnsupportedRequest.class)
                .hasMessageContaining("too deep");
    }

    @Test
    void the_clients_schema_is_left_as_it_was() {
        JsonNode schema = json("{'allOf':[{'required':['a'],'default':{'x':1}},{'required':['b'],'default':{'y':2}}]}");
        JsonNode before = schema.deepCopy();
        Schema.of(schema, "schema");
        assertThat(schema).isEqualTo(before);
    }
}
