package dev.loom.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolIdsTest {

    private static final ToolIds.Form CLAUDE = new ToolIds.Form("a-zA-Z0-9_-", 1, 64, true);
    private static final ToolIds.Form MISTRAL = new ToolIds.Form("a-zA-Z0-9", 9, 9, false);
    private static final ToolIds.Form OPENAI = new ToolIds.Form(ToolIds.ANY, 1, 40, false);

    @ParameterizedTest
    @ValueSource(strings = {"a", "toolu_01A-b", "functions_f_0"})
    void an_id_that_has_the_form_stays(String id) {
        assertThat(new ToolIds(CLAUDE).ofCall(id)).isEqualTo(id);
    }

    @Test
    void letters_that_are_not_allowed_are_replaced() {
        assertThat(new ToolIds(CLAUDE).ofCall("functions.get_weather:0")).isEqualTo("functions_get_weather_0");
    }

    @Test
    void different_ids_stay_different_and_each_result_keeps_its_call() {
        ToolIds ids = new ToolIds(CLAUDE);
        String dot = ids.ofCall("a.1");
        String colon = ids.ofCall("a:1");
        String plain = ids.ofCall("a_1");
        assertThat(Set.of(dot, colon, plain)).hasSize(3).allMatch(id -> id.matches("[a-zA-Z0-9_-]{1,64}"));
        assertThat(ids.ofResult("a:1")).isEqualTo(colon);
        assertThat(ids.ofResult("a.1")).isEqualTo(dot);
        assertThat(ids.ofResult("a_1")).isEqualTo(plain);
    }

    @Test
    void an_id_is_rewritten_in_the_same_way_in_every_turn() {
        ToolIds first = new ToolIds(CLAUDE);
        ToolIds later = new ToolIds(CLAUDE);
        assertThat(later.ofCall("a.1")).isEqualTo(first.ofCall("a.1"));
        assertThat(later.ofCall("a:1")).isEqualTo(first.ofCall("a:1"));
        later.ofCall("another");
        assertThat(later.ofResult("a:1")).isEqualTo(first.ofResult("a:1"));
    }

    @Test
    void a_call_with_the_id_of_an_earlier_one_gets_its_own_where_ids_must_be_unique() {
        ToolIds ids = new ToolIds(CLAUDE);
        String first = ids.ofCall("call_0");
        assertThat(ids.ofResult("call_0")).isEqualTo(first);
        String second = ids.ofCall("call_0");
        assertThat(second).isNotEqualTo(first);
        assertThat(ids.ofResult("call_0")).isEqualTo(second);

        ToolIds others = new ToolIds(OPENAI);
        assertThat(others.ofCall("call_0")).isEqualTo(others.ofCall("call_0"));
    }

    @Test
    void mistrals_ids_are_nine_letters_or_digits() {
        ToolIds ids = new ToolIds(MISTRAL);
        assertThat(ids.ofCall("abcDEF123")).isEqualTo("abcDEF123");
        assertThat(ids.ofCall("call_PTLP8xhu3uwZk4l3nlnrrJha")).matches("[a-zA-Z0-9]{9}");
        assertThat(ids.ofCall("abc-DEF-123")).as("stays apart from the first").isNotEqualTo("abcDEF123");
    }

    @Test
    void openais_ids_have_at_most_forty_characters() {
        String id = "fc_0f0e50a1476a6c35006912c58dc9f8819192c25864eb16f07f";
        String sent = new ToolIds(OPENAI).ofCall(id);
        assertThat(sent).hasSizeLessThanOrEqualTo(40).startsWith("fc_0f0e50a1476a6c3500691");
        assertThat(new ToolIds(OPENAI).ofCall("call:ü ")).isEqualTo("call:ü ");
    }

    @Test
    void whatever_the_ids_each_has_the_form_and_none_meets_another() {
        Random random = new Random(7);
        for (ToolIds.Form form : new ToolIds.Form[] {CLAUDE, MISTRAL, OPENAI}) {
            ToolIds ids = new ToolIds(form);
            Map<String, String> sent = new HashMap<>();
            for (int i = 0; i < 5_000; i++) {
                StringBuilder id = new StringBuilder();
                int length = 1 + random.nextInt(12) * random.nextInt(12);
                for (int c = 0; c < length; c++) {
                    id.append("ab_.:-é".charAt(random.nextInt(7)));
                }
                if (!sent.containsKey(id.toString())) {
                    sent.put(id.toString(), ids.ofCall(id.toString()));
                }
            }
            assertThat(new HashSet<>(sent.values())).hasSize(sent.size());
            assertThat(sent.values())
                    .allMatch(id -> id.matches("[" + form.letters() + "]{" + form.least() + "," + form.most() + "}"));
            sent.forEach((id, expected) -> assertThat(ids.ofResult(id)).isEqualTo(expected));
        }
    }
}
