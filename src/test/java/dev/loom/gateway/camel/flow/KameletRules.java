package dev.loom.gateway.camel.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.KameletFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Apache Camel's Kamelet catalogue demands of its Kamelets, so that ours can be used, shown and edited like those:
 * the eleven checks of its validator, each a method that returns what is wrong. Only the name of the provider is our own.
 * Long, because the checks are eleven.
 */
final class KameletRules {

    private static final String CREDENTIALS = "urn:camel:group:credentials";
    private static final Pattern PARAMETER = Pattern.compile("\\{\\{\\??([A-Za-z0-9._-]+)(:[^}]*)?}}");
    private static final Pattern DEPENDENCY =
            Pattern.compile("camel:[a-z0-9-]+|mvn:[^:\\s]+:[^:\\s]+:[^:\\s]+|github:apache/\\S+");
    private static final Set<String> SMALL_WORDS = Set.of(
            "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to", "with");

    private final List<String> problems = new ArrayList<>();

    private KameletRules() {}

    /** Everything that is wrong with these Kamelets, one line each. */
    static List<String> check(List<KameletFile> kamelets) {
        KameletRules rules = new KameletRules();
        for (KameletFile kamelet : kamelets) {
            rules.content(kamelet);
            rules.fileName(kamelet);
            rules.type(kamelet);
            rules.definition(kamelet);
            kamelet.properties().forEach((name, property) -> rules.property(kamelet, name, property));
            rules.annotations(kamelet);
            kamelet.properties().forEach((name, property) -> rules.descriptors(kamelet, name, property));
            rules.usedParameters(kamelet);
            rules.template(kamelet);
            rules.dependencies(kamelet);
        }
        rules.duplicates(
                kamelets, "title", kamelet -> kamelet.definition().path("title").asText());
        rules.duplicates(kamelets, "description", kamelet -> kamelet.definition()
                .path("description")
                .asText());
        rules.catalogVersion(kamelets);
        return rules.problems;
    }

    private void require(boolean condition, KameletFile kamelet, String problem) {
        if (!condition) {
            problems.add(kamelet.file() + ": " + problem);
        }
    }

    /** 1: The file is YAML and has the shape of the resource. */
    private void content(KameletFile kamelet) {
        require(kamelet.tree().isObject(), kamelet, "not a YAML map");
        require(kamelet.tree().path("kind").asText().equals("Kamelet"), kamelet, "kind is not Kamelet");
        boolean texts = true;
        for (JsonNode annotation : kamelet.tree().at("/metadata/annotations")) {
            texts &= annotation.isTextual();
        }
        require(texts, kamelet, "an annotation is not text");
    }

    /** 2 */
    private void fileName(KameletFile kamelet) {
        require(
                kamelet.file().equals(kamelet.name() + ".kamelet.yaml"),
                kamelet,
                "the file is not named after the Kamelet");
    }

    /** 3 */
    private void type(KameletFile kamelet) {
        require(Set.of("source", "action", "sink").contains(kamelet.type()), kamelet, "unknown type " + kamelet.type());
        require(kamelet.name().endsWith("-" + kamelet.type()), kamelet, "the name does not end with the type");
    }

    /** 4, of the whole */
    private void definition(KameletFile kamelet) {
        JsonNode definition = kamelet.definition();
        String title = definition.path("title").asText();
        require(definition.isObject(), kamelet, "no definition");
        require(kamelet.template().isObject(), kamelet, "no template");
        require(!title.isEmpty(), kamelet, "no title");
        require(
                !kamelet.type().isEmpty() && title.endsWith(capitalized(kamelet.type())),
                kamelet,
                "the title does not end with the type");
        require(!definition.path("description").asText().isEmpty(), kamelet, "no description");
        require(definition.path("type").asText().equals("object"), kamelet, "the definition's type is not object");
        List<String> required = kamelet.required();
        require(required.size() == new HashSet<>(required).size(), kamelet, "a required property is listed twice");
        require(kamelet.properties().keySet().containsAll(required), kamelet, "a required property is not defined");
    }

    /** 4, of each parameter */
    private void property(KameletFile kamelet, String name, JsonNode property) {
        for (String key : List.of("title", "description", "type")) {
            require(!property.path(key).asText().isEmpty(), kamelet, "property " + name + " has no " + key);
        }
        String title = property.path("title").asText();
        require(!title.matches("(The|A|An) .*"), kamelet, "the title of property " + name + " begins with an article");
        for (String word : title.split(" ")) {
            require(
                    SMALL_WORDS.contains(word) || word.equals(capitalized(word)),
                    kamelet,
                    "a word in the title of property " + name + " is not capitalized");
        }
    }

    private static String capitalized(String word) {
        return word.isEmpty() ? word : word.substring(0, 1).toUpperCase() + word.substring(1);
    }

    /** 5 */
    private void annotations(KameletFile kamelet) {
        for (String annotation : List.of("kamelet.icon", "catalog.version")) {
            require(!kamelet.annotation(annotation).isEmpty(), kamelet, "no annotation " + annotation);
        }
        require(kamelet.annotation("provider").equals("Loom"), kamelet, "the provider is not Loom");
    }

    /** 6 */
    private void descriptors(KameletFile kamelet, String name, JsonNode property) {
        List<String> descriptors = KameletFile.texts(property.path("x-descriptors"));
        require(
                !property.path("format").asText().equals("password") || descriptors.contains(CREDENTIALS),
                kamelet,
                "password " + name + " has no credentials descriptor");
        require(
                descriptors.stream().noneMatch(d -> d.startsWith("urn:alm:descriptor:com.tectonic.ui")),
                kamelet,
                "property " + name + " has a deprecated descriptor");
        require(
                descriptors.size() == new HashSet<>(descriptors).size(),
                kamelet,
                "property " + name + " has a descriptor twice");
    }

    /** 7 */
    private void duplicates(List<KameletFile> kamelets, String what, Function<KameletFile, String> value) {
        Set<String> seen = new HashSet<>();
        for (KameletFile kamelet : kamelets) {
            require(seen.add(value.apply(kamelet)), kamelet, "another Kamelet has the same " + what);
        }
    }

    /** 8: A bean of the template is a parameter, too. */
    private void usedParameters(KameletFile kamelet) {
        Set<String> declared = new TreeSet<>(kamelet.properties().keySet());
        kamelet.template()
                .path("beans")
                .forEach(bean -> declared.add(bean.path("name").asText()));
        Set<String> used = new TreeSet<>();
        Matcher matcher = PARAMETER.matcher(kamelet.template().toString());
        while (matcher.find()) {
            used.add(matcher.group(1));
        }
        used.stream()
                .filter(name -> !declared.contains(name))
                .forEach(name -> require(false, kamelet, "parameter " + name + " is used but not declared"));
        declared.stream()
                .filter(name -> !used.contains(name))
                .forEach(name -> require(false, kamelet, "parameter " + name + " is declared but not used"));
    }

    /** 9 */
    private void template(KameletFile kamelet) {
        Map<String, String> other = Map.of("source", "kamelet:sink", "sink", "kamelet:source");
        String endpoint = other.getOrDefault(kamelet.type(), "");
        require(
                kamelet.template().toString().contains(endpoint),
                kamelet,
                "a " + kamelet.type() + " without " + endpoint);
    }

    /** 10 */
    private void dependencies(KameletFile kamelet) {
        for (String dependency : KameletFile.texts(kamelet.tree().at("/spec/dependencies"))) {
            require(DEPENDENCY.matcher(dependency).matches(), kamelet, "no dependency: " + dependency);
        }
    }

    /** 11 */
    private void catalogVersion(List<KameletFile> kamelets) {
        String first = kamelets.get(0).annotation("catalog.version");
        for (KameletFile kamelet : kamelets) {
            require(kamelet.annotation("catalog.version").equals(first), kamelet, "catalog.version is not " + first);
        }
    }
}
