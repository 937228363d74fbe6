package dev.loom.gateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The Dockerfile packs what the build makes, and Jib's image is started as this one is. */
class DockerfileTest {

    @Test
    void it_copies_the_jar_that_the_build_makes_and_starts_it() throws Exception {
        Map<String, List<String>> dockerfile = Image.dockerfile();
        String pom = Files.readString(Path.of("pom.xml"));
        assertThat(dockerfile.keySet())
                .containsExactlyInAnyOrder("FROM", "COPY", "RUN", "ENV", "WORKDIR", "USER", "EXPOSE", "ENTRYPOINT");
        assertThat(dockerfile.get("COPY")).containsExactly("target/loom-ai-gateway.jar /opt/loom/loom-ai-gateway.jar");
        assertThat(pom).contains("<outputFile>${project.build.directory}/loom-ai-gateway.jar</outputFile>");
        assertThat(command(dockerfile)).startsWith("java").endsWith("-jar", "/opt/loom/loom-ai-gateway.jar");
        assertThat(Files.readAllLines(Path.of("src/main/docker/Dockerfile.dockerignore")))
                .containsExactly("*", "!target/loom-ai-gateway.jar");
    }

    @Test
    void it_starts_with_the_cache_that_its_training_run_makes_as_the_launcher_does() throws Exception {
        Map<String, List<String>> dockerfile = Image.dockerfile();
        String cache = "/opt/loom/loom-ai-gateway.aot";
        assertThat(dockerfile.get("RUN").get(0))
                .isEqualTo("java -XX:+UseCompactObjectHeaders -XX:AOTCacheOutput=" + cache
                        + " -jar /opt/loom/loom-ai-gateway.jar --demo --train");
        assertThat(dockerfile.get("ENV"))
                .containsExactly("JDK_JAVA_OPTIONS=\"-XX:+UseCompactObjectHeaders -XX:AOTCache=" + cache + "\"");
        assertThat(Files.readString(Path.of("bin/loom")))
                .contains("-XX:+UseCompactObjectHeaders", "-XX:AOTCacheOutput=", "-XX:AOTCache=", "--demo --train");
    }

    @Test
    void jib_makes_an_image_like_it() throws Exception {
        Map<String, List<String>> dockerfile = Image.dockerfile();
        String pom = Files.readString(Path.of("pom.xml"));
        assertThat(pom)
                .contains("<image>" + dockerfile.get("FROM").get(0) + "</image>")
                .contains("<user>" + dockerfile.get("USER").get(0) + "</user>")
                .contains("<workingDirectory>" + dockerfile.get("WORKDIR").get(0) + "</workingDirectory>");
        command(dockerfile).stream()
                .filter(argument -> argument.startsWith("-XX"))
                .forEach(flag -> assertThat(pom).contains("<jvmFlag>" + flag + "</jvmFlag>"));
    }

    @Test
    void the_documentation_runs_its_command_and_the_manifests_name_it() throws Exception {
        String onTheHost = String.join(" ", command(Image.dockerfile())).replace("/opt/loom/", "../");
        assertThat(Files.readString(Path.of("docs/deploying.md"))).contains("\n" + onTheHost + " &\n");
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
