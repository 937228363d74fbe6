package dev.loom.gateway.camel.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.KameletFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every file in {@code kamelets/} is one that Camel's catalogue would take, and each rule notices a Kamelet that is not. */
class KameletRulesTest {

    private static final String FILE = "good-sink.kamelet.yaml";

    private static final String GOOD =
            """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata:
              name: good-sink
              annotations:
                camel.apache.org/kamelet.icon: "data:image/svg+xml;base64,AA"
                camel.apache.org/catalog.version: "4.18.0"
                camel.apache.org/provider: "Loom"
              labels:
                camel.apache.org/kamelet.type: "sink"
            spec:
              definition:
                title: "Good Sink"
                description: "Takes what it gets."
                type: object
                required: [url]
                properties:
                  url:
                    title: URL of It
                    description: Where it goes.
                    type: string
                  key:
                    title: Key
                    description: What opens it.
                    type: string
                    format: password
                    x-descriptors: [urn:camel:group:credentials]
              dependencies: ["camel:log", "mvn:a:b:1.0"]
              template:
                beans: [{name: local, type: "#class:X"}]
                from:
                  uri: "kamelet:source"
                  steps:
                    - to: "log:{{url}}?key={{?key}}&bean={{local}}"
            """;

    @Test
    void our_kamelets_keep_every_rule() {
        assertThat(KameletFile.all()).hasSize(6);
        assertThat(KameletRules.check(KameletFile.all())).isEmpty();
    }

    @Test
    void a_good_one_passes() {
        assertThat(KameletRules.check(List.of(KameletFile.parse(FILE, GOOD)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            kind: Kamelet                       | kind: Route                        | kind is not Kamelet
            "4.18.0"                            | 4.18                               | an annotation is not text
            name: good-sink                     | name: other-sink                   | the file is not named after the Kamelet
            "sink"                              | "pipe"                             | unknown type pipe
            "sink"                              | "action"                           | the name does not end with the type
            title: "Good Sink"                  | title: "Good Thing"                | the title does not end with the type
            title: "Good Sink"                  | x: ""                              | no title
            description: "Takes what it gets."  | x: ""                              | no description
            type: object                        | type: array                        | the definition's type is not object
            required: [url]                     | required: [url, url]               | a required property is listed twice
            required: [url]                     | required: [other]                  | a required property is not defined
            description: Where it goes.         | x: y                               | property url has no description
            title: URL of It                    | title: URL of it all               | a word in the title of property url is not capitalized
            title: URL of It                    | title: The URL                     | the title of property url begins with an article
            camel.apache.org/kamelet.icon       | x                                  | no annotation kamelet.icon
            camel.apache.org/catalog.version    | x                                  | no annotation catalog.version
            "Loom"                              | "Somebody"                         | the provider is not Loom
            [urn:camel:group:credentials]       | []                                 | password key has no credentials descriptor
            [urn:camel                          | [urn:alm:descriptor:com.tectonic.ui:password, urn:camel | property key has a deprecated descriptor
            [urn:camel                          | [urn:camel:group:credentials, urn:camel | property key has a descriptor twice
            {{url}}                             | x                                  | parameter url is declared but not used
            {{?key}}                            | {{other}}                          | parameter other is used but not declared
            "kamelet:source"                    | "timer:x"                          | a sink without kamelet:source
            mvn:a:b:1.0                         | maven:a:b                          | no dependency: maven:a:b
            template:                           | other:                             | no template
            """)
    void a_bad_one_is_noticed(String right, String wrong, String problem) {
        String bad = GOOD.replace(right, wrong);
        assertThat(bad).as("the text to be replaced is there").isNotEqualTo(GOOD);
        assertThat(KameletRules.check(List.of(KameletFile.parse(FILE, bad)))).contains(FILE + ": " + problem);
    }

    @Test
    void what_is_no_yaml_is_noticed() {
        assertThat(KameletRules.check(List.of(KameletFile.parse(FILE, "a: [b"))))
                .contains(FILE + ": not a YAML map");
    }

    @Test
    void two_that_look_alike_are_noticed_and_versions_that_differ() {
        String other = GOOD.replace("good-sink", "other-sink").replace("4.18.0", "4.18.1");
        List<KameletFile> both =
                List.of(KameletFile.parse(FILE, GOOD), KameletFile.parse("other-sink.kamelet.yaml", other));
        assertThat(KameletRules.check(both))
                .containsExactly(
                        "other-sink.kamelet.yaml: another Kamelet has the same title",
                        "other-sink.kamelet.yaml: another Kamelet has the same description",
                        "other-sink.kamelet.yaml: catalog.version is not 4.18.0");
    }

    /** Camel takes such a parameter for itself, and the Kamelet never sees it. */
    @Test
    void no_parameter_has_the_name_of_an_option_of_camels() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Set<String> options = new TreeSet<>(context.getCamelContextExtension()
                    .getEndpointUriFactory("kamelet")
                    .propertyNames());
            assertThat(options).contains("location", "timeout");
            List<String> taken = new ArrayList<>();
            KameletFile.all()
                    .forEach(kamelet -> taken.addAll(kamelet.properties().keySet()));
            taken.retainAll(options);
            assertThat(taken).isEmpty();
        }
    }
}
