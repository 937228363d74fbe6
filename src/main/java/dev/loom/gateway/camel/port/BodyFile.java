package dev.loom.gateway.camel.port;

import dev.loom.gateway.camel.port.wire.BadRequest;
import dev.loom.gateway.provider.ApiError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a request's body to a file while it comes, no faster than the disk takes it, so that it costs no memory however
 * long it is. On the connection's event loop.
 */
final class BodyFile {

    private static final Logger LOG = LoggerFactory.getLogger(BodyFile.class);

    /** Before and behind what the system makes of a file's name: whose it is can be seen when that process is gone. */
    private static final String PREFIX = "loom-" + ProcessHandle.current().pid() + "-";

    private static final String SUFFIX = ".body";

    private static final Pattern NAME = Pattern.compile("loom-(\\d+)-\\d+\\.body");

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

    /** Deletes what processes that were killed have left in this folder. */
    static void clear(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "loom-*" + SUFFIX)) {
            for (Path left : files) {
                Matcher name = NAME.matcher(left.getFileName().toString());
                if (name.matches()
                        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    Files.deleteIfExists(left);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn(
                    "{} cannot be searched for uploads that a killed process has left there: {}", folder, e.toString());
        }
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
        request.pause().exceptionHandler(this::broken);
        context.vertx()
                .fileSystem()
                .createTempFile(PREFIX, SUFFIX, "rw-------")
                .compose(path -> {
                    context.put(FILE, path);
                    context.addEndHandler(ended -> release(context));
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
        if (!over) {
            give();
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
        to.write(part).onFailure(this::fail);
        if (to.writeQueueFull()) {
            request.pause();
            to.drainHandler(room -> request.resume());
        }
    }

    private void end(AsyncFile to) {
        if (!over) {
            over = true;
            file = null;
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

    /** The client has left, or what it sends is no body. */
    private void broken(Throwable cause) {
        boolean waiting = !over;
        give();
        if (waiting && cause instanceof BadRequest problem) {
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
