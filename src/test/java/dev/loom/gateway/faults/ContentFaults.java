package dev.loom.gateway.faults;

import static dev.loom.gateway.faults.Row.Expected.BROKEN;
import static dev.loom.gateway.faults.Row.Expected.EITHER;
import static dev.loom.gateway.faults.Row.Expected.NEXT;
import static dev.loom.gateway.faults.Row.Expected.OWN;

import dev.loom.gateway.faults.Row.Way;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What goes wrong with an answer as JSON and as a stream of events. */
final class ContentFaults {

    private static final String ERROR_EVENT =
            "data: {\"error\":{\"message\":\"no\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n";
    private static final String FRAMEWORK = "data: {\"detail\":\"no\"}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private ContentFaults() {}

    static List<Row> rows() {
        return Stream.of(bodies(), events()).flatMap(List::stream).toList();
    }

    private static Row text(String name, Row.Expected whole, Row.Expected streamed, UnaryOperator<String> change) {
        return Row.of(name, whole, streamed, passage -> passage.answer(change.apply(passage.text())));
    }

    private static List<Row> bodies() {
        return List.of(
                Row.of("nothing wrong", OWN, Passage::pass),
                text("an empty body", NEXT, NEXT, text -> ""),
                text("a page for people", NEXT, NEXT, text -> "<html>Hello</html>"),
                text("JSON that is cut", NEXT, null, text -> text.substring(0, text.length() / 2)),
                text("null", NEXT, null, text -> "null"),
                text("a list", NEXT, null, text -> "[]"),
                text("a byte order mark", EITHER, EITHER, text -> "\uFEFF" + text),
                text("an error inside a 200", NEXT, NEXT, text -> ERROR_EVENT
                        .substring(6)
                        .trim()),
                text("zero bytes behind the JSON", EITHER, null, text -> text + "\0\0\0"),
                Row.of("a content type that is not that of the content", EITHER, passage -> {
                    String text = passage.text();
                    passage.sendHead("Content-Type: text/plain", "Content-Length: " + text.length());
                    passage.send(text);
                }),
                Row.of("no content type", EITHER, passage -> {
                    String text = passage.text();
                    passage.sendHead("Content-Length: " + text.length());
                    passage.send(text);
                }));
    }

    /** Everything but what follows the content. */
    private static String beginning(String text) {
        return text.substring(0, text.indexOf("\n\n", text.indexOf("id-")) + 2);
    }

    private static Row stream(String name, Row.Expected expected, UnaryOperator<String> change) {
        return text(name, null, expected, change);
    }

    private static Row cut(String name, Row.Expected expected, UnaryOperator<String> change, Fault then) {
        return Row.of(name, null, expected, passage -> {
            passage.sendHead(passage.contentType(), "Transfer-Encoding: chunked");
            passage.send(Passage.chunks(change.apply(passage.text()), 10_000));
            Passage.pause(50);
            then.serve(passage);
        });
    }

    private static List<Row> events() {
        return List.of(
                stream("CR LF at the ends of lines", OWN, text -> text.replace("\n", "\r\n")),
                stream("CR at the ends of lines", OWN, text -> text.replace("\n", "\r")),
                stream("no blank after data:", OWN, text -> text.replace("data: ", "data:")),
                stream(
                        "names, ids and waits beside the data",
                        OWN,
                        text -> text.replace("data: {", "event: x\nid: 1\nretry: 5\ndata: {")),
                stream("comments between the events", OWN, text -> text.replace("data: ", ": alive\n\ndata: ")),
                stream("no blank line behind the last event", EITHER, String::stripTrailing),
                Row.of("events split at every byte", null, OWN, passage -> {
                    passage.sendHead(passage.contentType(), "Transfer-Encoding: chunked");
                    passage.send(Passage.chunks(passage.text(), 1));
                    passage.send("0\r\n\r\n");
                }),
                stream("no [DONE]", EITHER, text -> text.replace(DONE, "")),
                stream("no [DONE] and no finish reason", BROKEN, ContentFaults::beginning),
                stream("[DONE] and nothing else", NEXT, text -> DONE),
                stream("no events", NEXT, text -> ""),
                stream("an error before the content", NEXT, text -> ERROR_EVENT),
                stream("an error after the content", BROKEN, text -> beginning(text) + ERROR_EVENT),
                stream("an error of a framework before the content", NEXT, text -> FRAMEWORK + DONE),
                stream("an error of a framework after the content", BROKEN, text -> beginning(text) + FRAMEWORK + DONE),
                stream("an error before the content, in spite of which it comes", NEXT, text -> ERROR_EVENT + text),
                stream("bad JSON before the content", NEXT, text -> "data: {\"id\n\n" + text),
                stream("bad JSON after the content", BROKEN, text -> beginning(text) + "data: {\"id\n\n" + DONE),
                stream("data behind [DONE]", OWN, text -> text + ERROR_EVENT + text),
                cut(
                        "closed before the content",
                        NEXT,
                        text -> text.substring(0, text.indexOf("\n\n") + 2),
                        Passage::close),
                cut("an error a while after the content", BROKEN, ContentFaults::beginning, passage -> {
                    passage.send(Passage.chunks(ERROR_EVENT, 1_000));
                    passage.silence();
                }),
                cut("closed after the content", BROKEN, ContentFaults::beginning, Passage::close),
                cut("reset after the content", BROKEN, ContentFaults::beginning, Passage::reset),
                cut("silence after the content", BROKEN, ContentFaults::beginning, Passage::silence)
                        .over(Way.QUICK),
                cut(
                                "silence before the content",
                                NEXT,
                                text -> text.substring(0, text.indexOf("\n\n") + 2),
                                Passage::silence)
                        .over(Way.QUICK),
                cut("silence behind [DONE]", OWN, text -> text, Passage::silence),
                cut("closed behind [DONE]", OWN, text -> text, Passage::close));
    }
}
