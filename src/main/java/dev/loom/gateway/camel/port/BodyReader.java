package dev.loom.gateway.camel.port;

import dev.loom.gateway.camel.port.wire.BadRequest;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.File;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body before the route behind it sees the request: into one array, whose bytes are counted before they
 * are taken. What does not fit is refused while it comes, and then the connection ends.
 */
public final class BodyReader implements Handler<RoutingContext> {

    private static final String BODY = "loomBody";
    private static final String TO_FILE = "loomToFile";

    /** Bytes that are set aside for a body that has begun; more of them when they have come. */
    private static final int FIRST = 16 << 10;

    /**
     * Times as many are set aside when those are full: with 2, the copies on the way would come to the whole body once more,
     * with 4 to a third of it.
     */
    private static final int GROWTH = 4;

    private final Memory memory;
    private final Supplier<ServerConfig> settings;

    /** @param settings asked for each body */
    public BodyReader(Memory memory, Supplier<ServerConfig> settings) {
        this.memory = memory;
        this.settings = settings;
    }

    /** What was read; null where the request has no body. */
    public static @Nullable Buffer bodyOf(RoutingContext context) {
        return context.get(BODY);
    }

    /** What passes without being read, if it is not in memory; null where it is. */
    public static @Nullable File fileOf(RoutingContext context) {
        String file = BodyFile.of(context);
        return file == null ? null : new File(file);
    }

    /** For routes whose bodies, unless they are JSON, pass without being read. */
    public static void toFile(RoutingContext context) {
        context.put(TO_FILE, true);
        context.next();
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        long length = length(request);
        if (Expectation.isUnknown(request)) {
            Replies.send(context, Replies.last(Expectation.unknown()));
            return;
        }
        if (length == 0 || request.isEnded()) {
            context.next();
            return;
        }
        if (context.get(TO_FILE) != null && isOther(request.getHeader("Content-Type"))) {
            BodyFile.read(context, settings.get().maxUpload());
            return;
        }
        long most = settings.get().maxBody();
        Reply refusal = refusal(request, length, most);
        if (refusal == null) {
            new Reading(context, length, most).begin();
        } else {
            Replies.send(context, Replies.last(refusal));
        }
    }

    /** Than JSON. A boundary of a form may be any word. */
    private static boolean isOther(@Nullable String type) {
        return type != null && !type.split(";", 2)[0].toLowerCase(Locale.ROOT).contains("json");
    }

    /** Bytes; -1 where only the end tells. */
    private static long length(HttpServerRequest request) {
        if (request.getHeader("Transfer-Encoding") != null) {
            return -1;
        }
        String length = request.getHeader("Content-Length");
        return length == null ? 0 : Long.parseLong(length);
    }

    private @Nullable Reply refusal(HttpServerRequest request, long length, long most) {
        if (length > most) {
            return tooLong(most);
        }
        long needed = Math.max(0, 2 * length);
        if (!memory.fits(needed)) {
            return memory.couldFit(needed) ? Replies.noRoom() : tooLongForMemory();
        }
        Expectation.goOn(request);
        return null;
    }

    private static Reply tooLong(long most) {
        return Reply.error(
                413,
                ApiError.invalidRequest(
                        "The request body is longer than " + most + " bytes (server.max_body).",
                        null,
                        "request_too_large"));
    }

    private static Reply tooLongForMemory() {
        return Reply.error(
                413,
                ApiError.invalidRequest(
                        "The request body is longer than the gateway has memory for (server.memory).",
                        null,
                        "request_too_large"));
    }

    /** One body that comes; on the connection's event loop. */
    private final class Reading {

        private final RoutingContext context;
        private final long length;
        private final long most;
        private final Memory.Share share = memory.share();
        private byte[] bytes = new byte[0];
        private int count;
        private int marks;
        private boolean over;

        Reading(RoutingContext context, long length, long most) {
            this.context = context;
            this.length = length;
            this.most = most;
        }

        void begin() {
            Taken.by(context).add(share::close);
            context.request().handler(this::part).endHandler(ended -> end()).exceptionHandler(this::broken);
        }

        private void part(Buffer part) {
            if (over) {
                return;
            }
            if ((long) count + part.length() > most) {
                refuse(tooLong(most));
            } else if (!makeRoom(count + part.length())) {
                refuse(Replies.noRoom());
            } else {
                part.getBytes(bytes, count);
                marks += Json.marks(bytes, count, count + part.length());
                count += part.length();
            }
        }

        /** No more than is announced or may be. */
        private boolean makeRoom(int needed) {
            if (needed <= bytes.length) {
                return true;
            }
            long bound = length > 0 ? length : most;
            long wanted = Math.min(bound, Math.max(needed, Math.max(FIRST, (long) GROWTH * bytes.length)));
            return resize((int) wanted);
        }

        private boolean resize(int size) {
            if (!share.take(size)) {
                return false;
            }
            int before = bytes.length;
            bytes = Arrays.copyOf(bytes, size);
            share.giveBack(before);
            return true;
        }

        private void end() {
            if (over) {
                return;
            }
            over = true;
            // As much again for what a provider is sent of it, and what its tree takes.
            if ((bytes.length == count || resize(count)) && share.take(count + Json.excess(marks, count))) {
                context.put(BODY, Wrapped.buffer(bytes));
                context.next();
            } else {
                refuse(Replies.noRoom());
            }
        }

        private void refuse(Reply reply) {
            over = true;
            bytes = new byte[0];
            share.close();
            Replies.send(context, Replies.last(reply));
        }

        /** The client has left, or what it sends is no body. */
        private void broken(Throwable cause) {
            if (over) {
                return;
            }
            over = true;
            bytes = new byte[0];
            share.close();
            if (cause instanceof BadRequest problem) {
                context.fail(problem.status(), problem);
            }
        }
    }
}
