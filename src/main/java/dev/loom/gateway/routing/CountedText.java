package dev.loom.gateway.routing;

/** A text that comes in pieces, and its tokens. Not thread-safe. */
public final class CountedText {

    /** Characters. More are counted before the end, so that an answer of any length takes no more memory than this. */
    private static final int LONGEST = 16 * 1024;

    private final Vocabulary vocabulary;
    private final StringBuilder open = new StringBuilder();
    private long counted;

    public CountedText(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    public void add(String piece) {
        open.append(piece);
        if (open.length() >= LONGEST) {
            count(beforeLastWord());
        }
    }

    /** So far. */
    public long tokens() {
        count(open.length());
        return counted;
    }

    public void clear() {
        open.setLength(0);
        counted = 0;
    }

    /** A word begins with its space, and is not cut; in scripts without spaces all is counted. */
    private int beforeLastWord() {
        int at = open.length() - 1;
        while (at > 0 && !(open.charAt(at) == ' ' && !Character.isWhitespace(open.charAt(at - 1)))) {
            at--;
        }
        return at > 0 ? at : open.length();
    }

    private void count(int end) {
        counted += vocabulary.count(open.substring(0, end));
        open.delete(0, end);
    }
}
