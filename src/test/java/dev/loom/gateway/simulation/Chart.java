package dev.loom.gateway.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Draws results as SVG: calls over time, stacked by provider, and in red the requests that failed. Whole numbers only. */
final class Chart {

    private static final List<String> COLOURS = List.of("#2563eb", "#16a34a", "#d97706");
    private static final String RED = "#dc2626";
    private static final int MARGIN = 12;
    private static final int TITLE = 16;
    private static final int LEGEND = 22;

    private final int columns;
    private final int width;
    private final int height;

    /** @param width and height of one panel's plot, in pixels */
    Chart(int columns, int width, int height) {
        this.columns = columns;
        this.width = width;
        this.height = height;
    }

    /** @param panels heading to result */
    String draw(String title, Map<String, Result> panels) {
        int rows = (panels.size() + columns - 1) / columns;
        int totalWidth = MARGIN + columns * (width + MARGIN);
        int totalHeight = LEGEND + rows * (TITLE + height + MARGIN) + MARGIN;
        StringBuilder svg =
                new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %d %d\" "
                        .formatted(totalWidth, totalHeight));
        svg.append("font-family=\"sans-serif\" font-size=\"11\">\n<title>")
                .append(title)
                .append("</title>\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n").append(legend());
        long top = panels.values().stream().mapToLong(Chart::highest).max().orElse(1);
        int index = 0;
        for (Map.Entry<String, Result> panel : panels.entrySet()) {
            int x = MARGIN + index % columns * (width + MARGIN);
            int y = LEGEND + index / columns * (TITLE + height + MARGIN);
            svg.append(panel(panel.getKey(), panel.getValue(), x, y + TITLE, top));
            index++;
        }
        return svg.append("</svg>\n").toString();
    }

    private static String legend() {
        StringBuilder legend = new StringBuilder();
        List<String> names = List.of("calls of a", "of b", "of c", "failed requests");
        List<Integer> places = List.of(12, 82, 122, 162);
        for (int i = 0; i < names.size(); i++) {
            String colour = i < COLOURS.size() ? COLOURS.get(i) : RED;
            legend.append(
                    "<text x=\"%d\" y=\"14\" fill=\"%s\">%s</text>\n".formatted(places.get(i), colour, names.get(i)));
        }
        return legend.toString();
    }

    private String panel(String heading, Result result, int x, int y, long top) {
        StringBuilder panel = new StringBuilder("<g transform=\"translate(%d,%d)\">\n".formatted(x, y));
        panel.append("<text x=\"0\" y=\"-4\" font-weight=\"bold\">")
                .append(heading)
                .append("</text>\n");
        panel.append("<rect width=\"%d\" height=\"%d\" fill=\"#f3f4f6\"/>\n".formatted(width, height));
        long[] below = new long[result.failures().length];
        int colour = 0;
        for (long[] calls : result.calls().values()) {
            long[] above = sum(below, calls);
            panel.append(area(below, above, top, COLOURS.get(colour++)));
            below = above;
        }
        if (Arrays.stream(result.failures()).anyMatch(count -> count > 0)) {
            panel.append(area(new long[below.length], result.failures(), top, RED));
        }
        return panel.append("</g>\n").toString();
    }

    private String area(long[] below, long[] above, long top, String colour) {
        List<String> points = new ArrayList<>();
        for (int i = 0; i < above.length; i++) {
            points.add(point(i, above, top));
        }
        for (int i = below.length - 1; i >= 0; i--) {
            points.add(point(i, below, top));
        }
        return "<polygon fill=\"%s\" points=\"%s\"/>\n".formatted(colour, String.join(" ", points));
    }

    private String point(int slice, long[] values, long top) {
        long x = (long) slice * width / (values.length - 1);
        return x + "," + (height - values[slice] * height / top);
    }

    private static long highest(Result result) {
        long[] sum = new long[result.failures().length];
        for (long[] calls : result.calls().values()) {
            sum = sum(sum, calls);
        }
        return Arrays.stream(sum).max().orElse(1);
    }

    private static long[] sum(long[] one, long[] other) {
        long[] sum = one.clone();
        Arrays.setAll(sum, i -> one[i] + other[i]);
        return sum;
    }
}
