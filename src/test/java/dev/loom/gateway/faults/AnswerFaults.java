package dev.loom.gateway.faults;

import static dev.loom.gateway.faults.Row.Expected.BROKEN;
import static dev.loom.gateway.faults.Row.Expected.EITHER;
import static dev.loom.gateway.faults.Row.Expected.NEXT;
import static dev.loom.gateway.faults.Row.Expected.OWN;
import static dev.loom.gateway.faults.Row.Expected.RELAYED;

import dev.loom.gateway.faults.Row.Way;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** What goes wrong with an answer as HTTP: its status line, headers, length, chunks and status. */
final class AnswerFaults {

    private static final String ERROR =
            "{\"error\":{\"message\":\"no\",\"type\":\"%s\",\"param\":null,\"code\":\"%s\"}}";

    private AnswerFaults() {}

    static List<Row> rows() {
        return Stream.of(heads(), lengths(), chunks(), statuses())
                .flatMap(List::stream)
                .toList();
    }

    private static Row raw(String name, Row.Expected both, String bytes) {
        return Row.of(name, both, passage -> {
            passage.send(bytes);
            passage.close();
        });
    }

    private static List<Row> heads() {
        return List.of(
                raw("no bytes but a line's end", NEXT, "\r\n"),
                raw("half a status line", NEXT, "HTTP/1.1 2"),
                Row.of("half a status line, then silence", NEXT, passage -> {
                            passage.send("HTTP/1.1 2");
                            passage.silence();
                        })
                        .over(Way.QUICK),
                raw("a head without an end", NEXT, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"),
                Row.of("a head without an end, then a reset", NEXT, passage -> {
                    passage.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
                    passage.reset();
                }),
                raw("not HTTP", NEXT, "SSH-2.0-OpenSSH_9.2\r\n"),
                raw("a status that is no number", NEXT, "HTTP/1.1 abc OK\r\n\r\n"),
                raw("a version that does not exist", NEXT, "HTTP/9.9 200 OK\r\n\r\n"),
                raw("a header without a colon", NEXT, "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
                Row.of("a body without a head", NEXT, passage -> {
                    passage.send(passage.text());
                    passage.close();
                }),
                Row.of("5,000 headers", NEXT, passage -> passage.answer(passage.text(), headers(5_000))),
                Row.of(
                        "a header of a megabyte",
                        NEXT,
                        passage -> passage.answer(passage.text(), "X: " + "x".repeat(1 << 20))),
                Row.of("empty lines before the answer", OWN, passage -> {
                    passage.send("\r\n\r\n");
                    passage.pass();
                }),
                Row.of("100 Continue before the answer", OWN, passage -> {
                    passage.send("HTTP/1.1 100 Continue\r\n\r\n");
                    passage.pass();
                }),
                Row.of("103 Early Hints before the answer", OWN, passage -> {
                    passage.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
                    passage.pass();
                }),
                Row.of("100 Continue a hundred times", OWN, passage -> {
                    passage.send("HTTP/1.1 100 Continue\r\n\r\n".repeat(100));
                    passage.pass();
                }),
                Row.of("100 Continue, then silence", NEXT, passage -> {
                            passage.send("HTTP/1.1 100 Continue\r\n\r\n");
                            passage.silence();
                        })
                        .over(Way.QUICK),
                raw("101 Switching Protocols", NEXT, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
                Row.of("each byte by itself", OWN, passage -> passage.drip(passage.genuine())),
                Row.of("HTTP/1.0, its end is the connection's", OWN, passage -> {
                    passage.send("HTTP/1.0 200 OK\r\n" + passage.contentType() + "\r\n\r\n" + passage.text());
                    passage.close();
                }));
    }

    private static String[] headers(int count) {
        return Stream.generate(() -> "X-Header: value").limit(count).toArray(String[]::new);
    }

    private static Fault promising(String length, Fault then) {
        return passage -> {
            passage.sendHead(passage.contentType(), "Content-Length: " + length);
            passage.send(passage.text());
            then.serve(passage);
        };
    }

    private static List<Row> lengths() {
        return List.of(
                Row.of("a head, and no body", NEXT, passage -> {
                    passage.sendHead(passage.contentType(), "Content-Length: 500");
                    passage.close();
                }),
                Row.of("a head, then silence", NEXT, passage -> {
                            passage.sendHead(passage.contentType(), "Content-Length: 500");
                            passage.silence();
                        })
                        .over(Way.QUICK),
                // A stream is over with its last event, whatever length was promised.
                Row.of("a body shorter than its length, then closed", NEXT, OWN, promising("9999", Passage::close)),
                Row.of("a body shorter than its length, then reset", NEXT, EITHER, promising("9999", Passage::reset)),
                Row.of("a body shorter than its length, then silence", NEXT, OWN, promising("9999", Passage::silence))
                        .over(Way.QUICK),
                Row.of("a body longer than its length", NEXT, NEXT, promising("20", passage -> {})),
                Row.of("bytes behind the end that its length names", OWN, passage -> {
                    passage.send(passage.framed(200, passage.text()));
                    passage.send(" ".repeat(20_000));
                }),
                Row.of("a length below zero", NEXT, promising("-1", Passage::close)),
                Row.of("a length that is no number", NEXT, promising("many", Passage::close)),
                Row.of(
                        "two lengths, the first too short",
                        NEXT,
                        promising("20\r\nContent-Length: 500", Passage::close)),
                Row.of("a length beside chunks", OWN, passage -> {
                    passage.sendHead(passage.contentType(), "Content-Length: 20", "Transfer-Encoding: chunked");
                    passage.send(Passage.chunks(passage.text(), 50) + "0\r\n\r\n");
                }),
                Row.of("gzip that nobody asked for", OWN, EITHER, passage -> gzipped(passage, 0)),
                Row.of("gzip that is cut", NEXT, null, passage -> gzipped(passage, 20)));
    }

    private static void gzipped(Passage passage, int missing) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(passage.text().getBytes(StandardCharsets.UTF_8));
        }
        passage.sendHead(
                passage.contentType(), "Content-Encoding: gzip", "Content-Length: " + (zipped.size() - missing));
        passage.send(java.util.Arrays.copyOf(zipped.toByteArray(), zipped.size() - missing));
    }

    private static Fault chunked(Fault then) {
        return passage -> {
            passage.sendHead(passage.contentType(), "Transfer-Encoding: chunked");
            then.serve(passage);
        };
    }

    private static Row chunks(String name, Row.Expected both, String bytes) {
        return Row.of(name, both, chunked(passage -> {
            passage.send(bytes);
            passage.close();
        }));
    }

    private static List<Row> chunks() {
        return List.of(
                Row.of(
                        "chunks of one byte",
                        OWN,
                        chunked(passage -> passage.send(Passage.chunks(passage.text(), 1) + "0\r\n\r\n"))),
                Row.of(
                        "chunks with extensions",
                        OWN,
                        chunked(passage -> passage.send(
                                Passage.chunks(passage.text(), 30).replaceAll("(?m)^([0-9a-f]+)\r$", "$1;x=y\r")
                                        + "0\r\n\r\n"))),
                Row.of(
                        "trailers behind the last chunk",
                        OWN,
                        chunked(passage ->
                                passage.send(Passage.chunks(passage.text(), 30) + "0\r\nX-Trailer: x\r\n\r\n"))),
                chunks("a chunk's size is no number", NEXT, "zz\r\nx\r\n0\r\n\r\n"),
                chunks("a chunk's size is below zero", NEXT, "-5\r\nx\r\n0\r\n\r\n"),
                chunks("a chunk's size has no end", NEXT, "fffffffffffffffff\r\nx\r\n"),
                chunks("a chunk without its line's end", NEXT, "1\r\nxx\r\n0\r\n\r\n"),
                chunks("a chunk that is cut", NEXT, "50\r\n{\"id\""),
                Row.of("no last chunk, then closed", NEXT, OWN, chunked(passage -> {
                    passage.send(Passage.chunks(passage.text(), 30));
                    passage.close();
                })),
                Row.of("no last chunk, then silence", NEXT, OWN, chunked(passage -> {
                            passage.send(Passage.chunks(passage.text(), 30));
                            passage.silence();
                        }))
                        .over(Way.QUICK),
                Row.of("reset in the middle", NEXT, BROKEN, chunked(passage -> {
                    String text = passage.text();
                    passage.send(Passage.chunks(text.substring(0, text.length() - 20), 1_000));
                    // What is lost with a reset must have been read before it.
                    Passage.pause(50);
                    passage.reset();
                })));
    }

    private static Row status(int status, Row.Expected expected, String type, String code, String... headers) {
        String name = status + " " + code + (headers.length == 0 ? "" : ", " + headers[0]);
        return Row.of(name, expected, passage -> passage.status(status, ERROR.formatted(type, code), headers));
    }

    private static List<Row> statuses() {
        return List.of(
                Row.of("204", NEXT, passage -> passage.send("HTTP/1.1 204 No Content\r\n\r\n")),
                Row.of("302", NEXT, passage -> passage.status(302, "", "Location: http://127.0.0.1:1/")),
                raw("999", NEXT, "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n"),
                status(400, RELAYED, "invalid_request_error", "bad"),
                status(401, NEXT, "authentication_error", "invalid_api_key"),
                status(402, NEXT, "billing", "insufficient_quota"),
                status(408, NEXT, "server_error", "timeout"),
                status(429, NEXT, "rate_limit_error", "rate_limit"),
                status(429, NEXT, "rate_limit_error", "rate_limit", "Retry-After: 0"),
                status(429, NEXT, "rate_limit_error", "rate_limit", "Retry-After: soon"),
                status(429, NEXT, "rate_limit_error", "rate_limit", "Retry-After: 99999999999999999999"),
                status(429, NEXT, "rate_limit_error", "rate_limit", "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT"),
                status(500, NEXT, "server_error", "internal"),
                status(503, NEXT, "server_error", "overloaded", "Retry-After: -1"),
                status(503, NEXT, "server_error", "overloaded", "Retry-After: "),
                status(529, NEXT, "overloaded_error", "overloaded"),
                Row.of("502 with a page for people", NEXT, passage -> passage.status(502, "<html>Bad Gateway</html>")),
                Row.of("500 whose body is cut", NEXT, passage -> {
                    passage.send("HTTP/1.1 500 X\r\nContent-Length: 100\r\n\r\n{");
                    passage.close();
                }),
                Row.of("500, then silence", NEXT, passage -> {
                            passage.send("HTTP/1.1 500 X\r\nContent-Length: 100\r\n\r\n{");
                            passage.silence();
                        })
                        .over(Way.QUICK));
    }
}
