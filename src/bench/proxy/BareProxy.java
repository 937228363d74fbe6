import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;

/**
 * The floor of what a gateway on this HTTP stack can cost: it forwards bytes and headers, and does nothing else. One
 * event loop, both sides kept alive.
 *
 * <p>Arguments: the port to listen on, the port on 127.0.0.1 to forward to.
 */
public final class BareProxy {

    private final HttpClient client;
    private final SocketAddress upstream;

    private BareProxy(Vertx vertx, int port) {
        client = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(20_000));
        upstream = SocketAddress.inetSocketAddress(port, "127.0.0.1");
    }

    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx();
        int upstream = Integer.parseInt(arguments[1]);
        vertx.runOnContext(ignored -> vertx.createHttpServer()
                .requestHandler(new BareProxy(vertx, upstream)::forward)
                .listen(Integer.parseInt(arguments[0]), "127.0.0.1"));
    }

    private void forward(HttpServerRequest request) {
        request.pause();
        RequestOptions options = new RequestOptions()
                .setServer(upstream)
                .setMethod(request.method())
                .setURI(request.uri())
                .setHeaders(request.headers());
        client.request(options)
                .compose(outgoing -> {
                    request.response().exceptionHandler(left -> outgoing.reset());
                    return outgoing.send(request);
                })
                .onSuccess(answer -> {
                    request.response().setStatusCode(answer.statusCode());
                    request.response().headers().setAll(answer.headers());
                    request.response().send(answer);
                })
                .onFailure(broken -> request.response().setStatusCode(502).end());
    }
}
