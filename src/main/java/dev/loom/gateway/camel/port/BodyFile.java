package dev.loom.gateway.camel.port;

import dev.loom.gateway.camel.port.wire.BadRequest;
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
    private @Nullable Throwable unwritten;

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
    private static void release(RoutingContext context) {
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
        request.pause().exceptionHandler(this::broken);
        context.vertx()
                .fileSystem()
                .createTempFile(LeftFiles.PREFIX, LeftFiles.SUFFIX, "rw-------")
                .compose(path -> {
                    context.put(FILE, path);
                    Taken.by(context).add(() -> release(context));
                    return context.vertx().fileSystem().open(path, new OpenOptions().setWrite(true));
                })
                .onSuccess(this::take)
                .onFailure(this::fail);
    }

    /** The client may have left while the file was made. */
    private void take(AsyncFile opened) {
        file = opened;
        if (over) {
            give();
            return;
        }
        request.handler(part -> part(opened, part))
                .endHandler(ended -> end(opened))
                .resume();
    }

    private void fail(Throwable why) {
        boolean waiting = !over;
        give();
        if (waiting) {
            context.fail(why);
        }
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
        to.write(part).onFailure(why -> {
            unwritten = why;
            fail(why);
        });
        if (to.writeQueueFull()) {
            request.pause();
            to.drainHandler(room -> request.resume());
        }
    }

    private void end(AsyncFile to) {
        if (!over) {
            over = true;
            file = null;
            to.close().onSuccess(closed -> goOn()).onFailure(context::fail);
        }
    }

    /**
     * A full disk is told of after the last part has come, and must not cut the body. With a client that has left in the
     * meantime its file has gone.
     */
    private void goOn() {
        if (context.response().closed()) {
            return;
        }
        if (unwritten == null) {
            context.next();
        } else {
            context.fail(unwritten);
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

    /** The client has left, or what it sends is no body. */
    private void broken(Throwable cause) {
        if (over) {
            return;
        }
        give();
        if (cause instanceof BadRequest problem) {
            context.fail(problem.status(), problem);
        }
    }

    /** Nothing more of it is wanted. What has been opened is closed once. */
    private void give() {
        over = true;
        AsyncFile opened = file;
        file = null;
        if (opened != null) {
            opened.close();
        }
        release(context);
    }
}
