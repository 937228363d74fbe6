package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.upstream.UnaskedBytes.Sight;
import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Sends a request over a connection on which nothing is to be read, and tells a stale connection from a failure. */
final class RequestSender extends HttpRequestExecutor {

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            HttpResponseInformationCallback callback,
            HttpContext context)
            throws IOException, HttpException {
        UpstreamConnection upstream = (UpstreamConnection) connection;
        Sight sight = upstream.look();
        if (sight != Sight.NOTHING) {
            throw unusable(upstream, sight);
        }
        EndpointDetails details = upstream.getEndpointDetails();
        long received = details == null ? 0 : details.getReceivedBytesCount();
        try {
            ClassicHttpResponse answer = super.execute(request, connection, callback, context);
            if (upstream.isReused() && tellsOfIdleness(request, answer, context)) {
                throw new StaleConnection("The provider closed the connection with a 408, for it was idle");
            }
            return answer;
        } catch (IOException e) {
            if (upstream.isReused() && details != null && details.getReceivedBytesCount() == received) {
                throw new StaleConnection(e);
            }
            throw e;
        }
    }

    /** A 408 with which a server ends its connection may have been sent before the request came: it answers nobody. */
    private static boolean tellsOfIdleness(
            ClassicHttpRequest request, ClassicHttpResponse answer, HttpContext context) {
        return answer.getCode() == HttpStatus.SC_REQUEST_TIMEOUT
                && !DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, answer, context);
    }

    private static IOException unusable(UpstreamConnection upstream, Sight sight) {
        String what = sight == Sight.END
                ? "The provider closed the connection before it was asked"
                : "The provider sent bytes before it was asked";
        return upstream.isReused() ? new StaleConnection(what) : new IOException(what);
    }
}
