package dev.loom.gateway.provider;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Ids for what a provider left without one. Dialects have no source of randomness, so an id is derived from the
 * request and its time: the same request in the same second gives the same id, any other a different one.
 */
public final class GeneratedId {

    private GeneratedId() {}

    public static String of(String prefix, ChatRequest request, long salt) {
        UUID ofBody = UUID.nameUUIDFromBytes(request.body());
        byte[] seed = (ofBody + "/" + request.created() + "/" + salt).getBytes(StandardCharsets.UTF_8);
        return prefix + UUID.nameUUIDFromBytes(seed).toString().replace("-", "");
    }

    public static String ofCall(ChatRequest request, int choice, int call) {
        return of("call_", request, ((long) choice << 32) + call + 1);
    }
}
