package dev.loom.gateway.camel.port;

import dev.loom.gateway.provider.ApiError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request's body to a file while it comes, no faster than the disk takes it, so that it costs no memory however
 * long it is. On the connection's event loop.
 */
final class BodyFile {

    private static final String FILE = "loomBodyFile";

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final long most;
    private @Nullable AsyncFile file;
    private long count;
    private boolean over;

    private BodyFile(RoutingContext context, long most) {
        this.context = context;
        this.request = context.request();
        this.most = most;
    }

    /** Where the body has been put; null where it is in no file. */
    static @Nullable String of(RoutingContext context) {
        return context.get(FILE);
    }

    /** The file is needed no longer. */
    static void release(RoutingContext context) {
        String path = of(context);
        if (path != null) {
            context.vertx().fileSystem().delete(path);
        }
    }

    /**
     * Goes on to the next handler when all of it has come.
     *
     * @param most bytes
     */
    static void read(RoutingContext context, long most) {
        new BodyFile(context, most).begin();
    }

    private void begin() {
        String announced = request.getHeader("Content-Length");
        if (announced != null && Long.parseLong(announced) > most) {
            refuse();
            return;
        }
        Expectation.goOn(request);
        request.pause().exceptionHandler(broken -> give());
        context.vertx()
                .fileSystem()
                .createTempFile("loom-", ".body", "rw-------")
                .compose(path -> {
                    context.put(FILE, path);
                    context.addEndHandler(ended -> release(context));
                    return context.vertx().fileSystem().open(path, new OpenOptions().setWrite(true));
                })
                .onSuccess(this::take)
                .onFailure(context::fail);
    }

    private void take(AsyncFile opened) {
        file = opened;
        request.handler(part -> part(opened, part))
                .endHandler(ended -> end(opened))
                .resume();
    }

    private void part(AsyncFile to, Buffer part) {
        if (over) {
            return;
        }
        count += part.length();
        if (count > most) {
            give();
            refuse();
            return;
        }
        to.write(part).onFailure(context::fail);
        if (to.writeQueueFull()) {
            request.pause();
            to.drainHandler(room -> request.resume());
        }
    }

    private void end(AsyncFile to) {
        if (!over) {
            over = true;
            to.close().onSuccess(closed -> context.next()).onFailure(context::fail);
        }
    }

    private void refuse() {
        over = true;
        Reply tooLong = Reply.error(
                413,
                ApiError.invalidRequest(
                        "The request body is longer than " + most + " bytes (server.max_upload).",
                        null,
                        "request_too_large"));
        Replies.send(context, Replies.last(tooLong));
    }

    /** The client has left, or sends too much. */
    private void give() {
        over = true;
        if (file != null) {
            file.close();
        }
        release(context);
    }
}
