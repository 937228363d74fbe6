package dev.loom.gateway.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.traffic.Fleet.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@code beat.lua} replies.
 *
 * @param instances by name
 * @param coolDowns that run, with what is left of them
 * @param drained providers
 * @param first who came first to a server that knew nothing; empty before the first reply
 */
record Members(List<Instance> instances, List<News> coolDowns, Set<String> drained, String first) {

    static final Members NONE = new Members(List.of(), List.of(), Set.of(), "");

    /** Whether the server has lost what it knew at that time. */
    boolean hasForgotten(Members before) {
        return !before.first.isEmpty() && !before.first.equals(first);
    }

    static Members of(List<Object> reply) {
        long now = (Long) reply.get(0);
        List<Instance> instances = new ArrayList<>();
        List<?> lives = (List<?>) reply.get(1);
        for (int i = 0; i + 1 < lives.size(); i += 2) {
            instances.add(instance((String) lives.get(i), ((String) lives.get(i + 1)).split(" ", 3)));
        }
        instances.sort(Comparator.comparing(Instance::name));
        List<News> coolDowns = new ArrayList<>();
        List<?> cool = (List<?>) reply.get(2);
        for (int i = 0; i + 1 < cool.size(); i += 2) {
            coolDown(((String) cool.get(i)).split(":", 2), ((String) cool.get(i + 1)).split(" ", 2), now, coolDowns);
        }
        List<?> drained = (List<?>) reply.get(3);
        return new Members(
                List.copyOf(instances),
                List.copyOf(coolDowns),
                Set.copyOf(drained.stream().map(String::valueOf).toList()),
                (String) reply.get(4));
    }

    /** Who is there with which configuration: where that changes, other limits may be in force. */
    Set<String> configurations() {
        return instances.stream()
                .map(instance -> instance.name() + " " + instance.digest())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Instance instance(String name, String[] life) {
        JsonNode about = Json.lenient(life[2].getBytes(StandardCharsets.UTF_8));
        return new Instance(
                name,
                about.path("version").asText(),
                about.path("digest").asText(),
                Instant.ofEpochMilli(about.path("since").asLong()),
                Instant.ofEpochMilli(Long.parseLong(life[1])));
    }

    private static void coolDown(String[] name, String[] value, long now, List<News> found) {
        Duration left = Duration.ofMillis(Long.parseLong(value[0]) - now);
        News.parse("cool " + String.join(" ", name) + " " + left.toMillis() + " " + value[1])
                .ifPresent(found::add);
    }

    /** What an instance says of itself. */
    static String about(Instance self) {
        ObjectNode about = Json.object()
                .put("version", self.version())
                .put("digest", self.digest())
                .put("since", self.since().toEpochMilli());
        return new String(Json.bytes(about), StandardCharsets.UTF_8);
    }
}
