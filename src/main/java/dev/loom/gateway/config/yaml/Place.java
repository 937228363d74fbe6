package dev.loom.gateway.config.yaml;

/** Where a node stands: file, line and column (both from 1), and the path that leads to it. */
public record Place(String file, int line, int column, String path) {

    /** The same position, one key deeper: where a missing key would stand. */
    public Place key(String key) {
        return new Place(file, line, column, path.isEmpty() ? key : path + "." + key);
    }

    public Place item(int index) {
        return new Place(file, line, column, path + "[" + index + "]");
    }

    public Place movedTo(int otherLine, int otherColumn) {
        return new Place(file, otherLine, otherColumn, path);
    }
}
