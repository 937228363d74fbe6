package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ContentSizeTest {

    @Test
    void everything_that_is_said_counts_and_nothing_else() throws Exception {
        String message = "{'role':'assistant','content':'abc','refusal':null,'reasoning_content':'defg','tool_calls':["
                + "{'index':0,'id':'call_1','type':'function','function':{'name':'f','arguments':'{}'}},"
                + "{'type':'custom','custom':{'name':'c','input':'xyz'}}],'function_call':{'name':'g','arguments':'1'}}";
        assertThat(ContentSize.of(Json.MAPPER.readTree(message.replace('\'', '"'))))
                .isEqualTo(3 + 4 + 3 + 3 + 2);
        String completion = "{'choices':[{'message':{'content':'ab'}},{'message':{'content':'ü'}}]}";
        assertThat(ContentSize.ofCompletion(completion.replace('\'', '"').getBytes(UTF_8)))
                .isEqualTo(4);
        assertThat(ContentSize.ofCompletion("no json".getBytes(UTF_8))).isZero();
    }

    @Property
    void text_counts_as_in_utf_8(@ForAll String text) {
        boolean paired = UTF_8.newEncoder().canEncode(text);
        long expected = text.getBytes(UTF_8).length;
        if (paired) {
            assertThat(ContentSize.of(Json.object().put("content", text))).isEqualTo(expected);
        }
    }
}
