package dev.loom.gateway.camel.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/**
 * Sends a request that has {@link UpstreamBody#more() more} bodies as one request after another and joins the answers to
 * one JSON array, so that to the routes it is one call: one attempt, one outcome, one timeout, one way to cut it short.
 * The first answer that is not 2xx is the answer to all.
 */
final class RequestParts implements ExecChainHandler {

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        boolean whole = !(scope.originalRequest.getEntity() instanceof UpstreamBody body)
                || body.more().isEmpty();
        return whole ? chain.proceed(request, scope) : inParts(request, scope, chain);
    }

    private static ClassicHttpResponse inParts(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        UpstreamBody body = (UpstreamBody) scope.originalRequest.getEntity();
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        ClassicHttpResponse answer = chain.proceed(copy(request), scope);
        for (byte[] part : body.more()) {
            if (answer.getCode() / 100 != 2) {
                return answer;
            }
            add(answer, answers);
            ClassicHttpRequest next = copy(request);
            next.setEntity(new ByteArrayEntity(part, ContentType.APPLICATION_JSON));
            answer = chain.proceed(next, scope);
        }
        return answer.getCode() / 100 == 2 ? joined(answer, answers) : answer;
    }

    /** The rest of the chain adds headers of its own to what it gets. */
    private static ClassicHttpRequest copy(ClassicHttpRequest request) {
        return ClassicRequestBuilder.copy(request).build();
    }

    /** Reads the answer to its end, which sets its connection free for the next part. */
    private static void add(ClassicHttpResponse answer, ByteArrayOutputStream answers) throws IOException {
        answers.write(answers.size() == 0 ? '[' : ',');
        try (answer) {
            byte[] bytes = EntityUtils.toByteArray(answer.getEntity(), Relay.LONGEST_ANSWER);
            answers.write(bytes == null ? new byte[0] : bytes);
        }
    }

    private static ClassicHttpResponse joined(ClassicHttpResponse last, ByteArrayOutputStream answers)
            throws IOException {
        add(last, answers);
        answers.write(']');
        last.setEntity(new ByteArrayEntity(answers.toByteArray(), ContentType.APPLICATION_JSON));
        return last;
    }
}
