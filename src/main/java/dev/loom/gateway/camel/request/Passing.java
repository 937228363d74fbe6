package dev.loom.gateway.camel.request;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Verbatim;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What of a request and its answer goes through as it came, where client and provider speak one language. */
public final class Passing {

    private @Nullable Verbatim request;
    private @Nullable ApiRequest translated;
    private @Nullable Dialect spoken;
    private byte @Nullable [] answer;
    private Map<String, String> headers = Map.of();

    /**
     * The request as it came; null where it has to be translated for everybody.
     *
     * @param now what is asked by now, in the hub's words: another request than the client's is said anew
     */
    @Nullable
    Verbatim request(ApiRequest now) {
        return now == translated ? request : null;
    }

    /** @param hubs the same request in the hub's words */
    void request(@Nullable Verbatim asItCame, ApiRequest hubs) {
        request = asItCame;
        translated = hubs;
    }

    /**
     * Whether the attempt under way asks in the client's own words.
     *
     * @param language null if it does not
     */
    public void by(@Nullable Dialect language) {
        spoken = language;
        headers = Map.of();
    }

    @Nullable
    Dialect dialect() {
        return spoken;
    }

    /** Whether the attempt under way passes request and answer as they come. */
    public boolean isOn() {
        return spoken != null;
    }

    /** The provider's answer as it came, for a client of the same language; null where there is none. */
    byte @Nullable [] answer() {
        return answer;
    }

    public void answer(byte @Nullable [] body) {
        answer = body;
    }

    /** Those of the provider's answer that its client is to see, too; none where the answer is translated. */
    Map<String, String> headers() {
        return headers;
    }

    public void headers(Map<String, String> ofAnswer) {
        headers = ofAnswer;
    }
}
