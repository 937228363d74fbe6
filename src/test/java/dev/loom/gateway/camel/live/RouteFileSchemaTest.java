package dev.loom.gateway.camel.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteFileSchemaTest {

    /** Four times what it takes; all rules of the schema, ready to be used, would fill 260 MB. */
    private static final long MOST_BYTES = 60_000_000;

    private static List<String> problems(String steps) {
        return RouteFileSchema.problems(ResourceHelper.fromString(
                "file:mine.camel.yaml",
                "- route:\n    from:\n      uri: timer:x\n      steps:\n        - " + steps + "\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            textBlock =
                    """
            setBdoy: {simple: x}                           | unknown key 'setBdoy'; did you mean setBody?
            set-body: {simple: x}                          | unknown key 'set-body'; did you mean setBody?
            setBody: {simpel: x}                           | unknown key 'simpel'; did you mean simple?
            setBody: {simple: {expression: x, resultTyp: y}} | unknown key 'resultTyp'; did you mean resultType?
            setHeader: {nme: a, simple: x}                 | unknown key 'nme'; did you mean name?
            to: {uri: mock:x, paramters: {a: 1}}           | unknown key 'paramters'; did you mean parameters?
            log: {mesage: x}                               | unknown key 'mesage'; did you mean message?
            choice: {wehn: [{simple: x, steps: []}]}       | unknown key 'wehn'; did you mean when?
            choice: {when: [{simple: x, stpes: []}]}       | unknown key 'stpes'; did you mean steps?
            filter: {simple: x, stpes: []}                 | unknown key 'stpes'; did you mean steps?
            process: {bean: x}                             | unknown key 'bean'; allowed here: description, disabled, id, note, ref
            kamelet: {nam: x}                              | unknown key 'nam'; did you mean name?
            """)
    void a_misspelt_word_is_told_with_the_one_that_is_meant(String step, String told) {
        assertThat(problems(step)).containsExactly("line 5: " + told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            textBlock =
                    """
            filter: {simple: null, steps: []}              | line 5: 'simple' must be string or number or boolean or object, and is null
            filter: {simple: [x], steps: []}               | line 5: 'simple' must be string or number or boolean or object, and is array
            filter: {simple: x, constant: y, steps: []}    | line 5: 'filter' must have exactly one of the forms that it may have, such as one expression; it has: simple, constant, steps
            setBody: {simple: x, jsonpath: y}              | line 5: 'setBody' must have exactly one of the forms that it may have, such as one expression; it has: simple, jsonpath
            """)
    void a_step_that_fits_none_of_its_forms_is_told_once(String step, String told) {
        assertThat(problems(step)).containsExactly(told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "filter: x",
                "filter: {simple: x, steps: {log: y}}",
                "filter: [{simple: x}]",
                "choice: {when: {simple: x}}"
            })
    void a_step_of_a_wrong_kind_is_told_once(String step) {
        assertThat(problems(step)).singleElement().asString().startsWith("line 5: ");
    }

    @Test
    void a_value_that_is_nearly_one_of_the_choices_is_told_with_it() {
        assertThat(problems("to: {uri: mock:x, pattern: InOny}"))
                .anyMatch(problem -> problem.startsWith("line 5: 'pattern' must be one of InOnly, InOut, and is InOny")
                        && problem.endsWith("; did you mean InOnly?"));
    }

    @Test
    void each_misspelt_word_has_a_line_of_its_own() {
        assertThat(problems("setBdoy: {simple: x}\n        - to: {urii: mock:x}"))
                .containsExactly(
                        "line 5: unknown key 'setBdoy'; did you mean setBody?",
                        "line 6: unknown key 'urii'; did you mean uri?");
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void a_check_of_a_file_takes_little_of_a_small_heap() throws Exception {
        Resource file = RouteTexts.read(Path.of("routes/ingress.camel.yaml"));
        RouteFileSchema.problems(file);
        long before = allocated();
        assertThat(RouteFileSchema.problems(file)).isEmpty();
        assertThat(allocated() - before).isLessThan(MOST_BYTES);
    }
}
