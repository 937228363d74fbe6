package dev.loom.gateway.replay;

import dev.loom.gateway.replay.RecordedRequest.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How fast each provider has answered in the whole file. Where a request does not tell it, one of the provider's other
 * answers is taken, the same one under either configuration, so that chance makes no difference between them.
 */
final class Paces {

    private final Map<String, List<Pace>> known = new LinkedHashMap<>();

    Paces(List<RecordedRequest> requests) {
        for (RecordedRequest request : requests) {
            request.answers().forEach((provider, answer) -> learn(provider, answer, request.outputTokens()));
        }
    }

    private void learn(String provider, Answer answer, long outputTokens) {
        Pace pace = answer.succeeded() ? Pace.of(answer, outputTokens) : null;
        if (pace != null) {
            known.computeIfAbsent(provider, key -> new ArrayList<>()).add(pace);
        }
    }

    boolean knows(String provider) {
        return known.containsKey(provider);
    }

    /** @param number of the request in the file */
    Pace of(String provider, RecordedRequest request, Answer answer, int number) {
        Pace own = Pace.of(answer, request.outputTokens());
        List<Pace> others = known.getOrDefault(provider, List.of(Pace.ASSUMED));
        return own != null
                ? own
                : others.get(new SplittableRandom(31L * number + provider.hashCode()).nextInt(others.size()));
    }
}
