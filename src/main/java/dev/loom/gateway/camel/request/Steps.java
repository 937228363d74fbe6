package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.port.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What the steps of a route have left: headers for the client, and by what a body is known that they have not changed. */
public final class Steps {

    private final Map<String, Object> headers = new HashMap<>();
    private @Nullable Reply answer;
    private @Nullable Object between;

    /** By identity; a copy of the exchange may be asked at the same time. */
    private volatile List<Object> innerAnswers = List.of();

    /** The provider's whole answer; null as long as there is none, and for streams. */
    public @Nullable Reply answer() {
        return answer;
    }

    public void answer(Reply got) {
        answer = got;
    }

    /** Drops the answer: a step has replaced it by what cannot be sent, and the original must not go out in its place. */
    void withdrawAnswer() {
        answer = null;
    }

    /** A body on its way between the gateway and a provider, which is neither a request nor an answer. */
    public void between(@Nullable Object body) {
        between = body;
    }

    public @Nullable Object between() {
        return between;
    }

    /** A step of the route has asked a model of its own; what that said is no new body of this request. */
    public synchronized void innerAnswer(Object said) {
        List<Object> more = new ArrayList<>(innerAnswers);
        more.add(said);
        innerAnswers = more;
    }

    /** Whether a body is the answer, or what a step's own model said: no step has put another in its place. */
    boolean isAnswer(Object body) {
        return body == answer || body == between || isInnerAnswer(body);
    }

    /** Whether it is what a step's own model said. */
    public boolean isInnerAnswer(Object body) {
        for (Object said : innerAnswers) {
            if (said == body) {
                return true;
            }
        }
        return false;
    }

    /** Headers of the route, such as {@code loom-response.x-team}, before a call of a provider, and again before its answer. */
    public void keep(Message message) {
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            if (ClientHeaders.areOurs(header.getKey())) {
                headers.put(header.getKey(), header.getValue());
            }
        }
    }

    /** The headers of the route, for the answer's message. */
    public Map<String, Object> kept() {
        return headers;
    }
}
