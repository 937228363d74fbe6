package dev.loom.gateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Dockerfile packs what the build makes, and Jib's image is started as this one is. */
class DockerfileTest {

    @Test
    void it_copies_the_jar_that_the_build_makes_and_starts_it() throws Exception {
        Map<String, List<String>> dockerfile = Image.dockerfile();
        String pom = Files.readString(Path.of("pom.xml"));
        assertThat(dockerfile.keySet())
                .containsExactlyInAnyOrder("FROM", "COPY", "RUN", "WORKDIR", "USER", "EXPOSE", "ENTRYPOINT");
        assertThat(dockerfile.get("COPY")).containsExactly("bin/loom target/loom-ai-gateway.jar /opt/loom/");
        assertThat(pom).contains("<outputFile>${project.build.directory}/loom-ai-gateway.jar</outputFile>");
        assertThat(command(dockerfile)).containsExactly("/opt/loom/loom");
        assertThat(Path.of("bin/loom")).isExecutable();
        assertThat(Files.readAllLines(Path.of("src/main/docker/Dockerfile.dockerignore")))
                .containsExactly("*", "!bin/loom", "!target/loom-ai-gateway.jar");
    }

    @Test
    void it_is_trained_by_the_launcher_that_starts_it() throws Exception {
        Map<String, List<String>> dockerfile = Image.dockerfile();
        assertThat(dockerfile.get("RUN")).containsExactly(command(dockerfile).get(0) + " --train");
    }

    @Test
    void jib_makes_an_image_like_it() throws Exception {
        Map<String, List<String>> dockerfile = Image.dockerfile();
        String pom = Files.readString(Path.of("pom.xml"));
        assertThat(pom)
                .contains("<image>" + dockerfile.get("FROM").get(0) + "</image>")
                .contains("<user>" + dockerfile.get("USER").get(0) + "</user>")
                .contains("<workingDirectory>" + dockerfile.get("WORKDIR").get(0) + "</workingDirectory>");
        String launcher = Files.readString(Path.of("bin/loom"));
        List<String> flags = Pattern.compile("<jvmFlag>-(?:XX:|D)([^=<]+)")
                .matcher(pom)
                .results()
                .map(flag -> flag.group(1))
                .filter(flag -> !flag.equals("MaxRAMPercentage") && !flag.endsWith("IgnoreUnrecognizedVMOptions"))
                .toList();
        assertThat(flags).hasSizeGreaterThan(5).allSatisfy(flag -> assertThat(launcher)
                .contains(flag));
    }

    @Test
    void the_documentation_runs_its_command_and_the_manifests_name_it() throws Exception {
        assertThat(Files.readString(Path.of("docs/deploying.md"))).contains("\n../../bin/loom &\n");
        String pom = Files.readString(Path.of("pom.xml"));
        String version = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));
        String image = "loom-ai-gateway:" + version;
        assertThat(Manifests.kubernetes("deployment.yaml")
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo(image);
        assertThat(Manifests.kubernetes("camel-k/integration.yaml")
                        .at("/spec/traits/container/image")
                        .asText())
                .isEqualTo(image);
    }

    /** The exec form: a shell in between would keep SIGTERM to itself. */
    private static List<String> command(Map<String, List<String>> dockerfile) {
        JsonNode entrypoint = Manifests.parse(dockerfile.get("ENTRYPOINT").get(0));
        List<String> command = new ArrayList<>();
        entrypoint.forEach(argument -> command.add(argument.asText()));
        return command;
    }
}
