package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.port.Reply;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the steps of a route have left: headers for the client, and by what a body is known that they have not changed. */
public final class Steps {

    private final Map<String, Object> headers = new HashMap<>();
    private @Nullable Reply answer;
    private @Nullable Object innerAnswer;

    /** The provider's whole answer; null as long as there is none, and for streams. */
    public @Nullable Reply answer() {
        return answer;
    }

    public void answer(Reply got) {
        answer = got;
    }

    /** A step of the route has asked a model of its own; what that said is no new body of this request. */
    public void innerAnswer(Object said) {
        innerAnswer = said;
    }

    /** Whether a body is the answer, or what a step's own model said: no step has put another in its place. */
    boolean isAnswer(Object body) {
        return body == answer || body == innerAnswer;
    }

    /** A header of the route, such as {@code loom-response.x-team}, on the way to a provider, who does not get it. */
    public void keep(String name, Object value) {
        headers.put(name, value);
    }

    /** The headers of the route, for the answer's message. */
    public Map<String, Object> kept() {
        return headers;
    }
}
