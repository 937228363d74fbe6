package dev.loom.gateway.fleet;

/** What things are called in the server. What one script uses has one tag in braces, so that a cluster keeps it together. */
record Keys(String prefix) {

    private String fleet(String what) {
        return prefix + "{fleet}:" + what;
    }

    String[] beat() {
        return new String[] {fleet("instances"), fleet("cooldowns"), fleet("drained"), fleet("first")};
    }

    String[] tell() {
        return new String[] {fleet("cooldowns"), fleet("drained")};
    }

    String channel() {
        return fleet("news");
    }

    String[] note(String name) {
        return new String[] {prefix + "note:" + name};
    }

    String[] account(String name) {
        String book = prefix + "{account:" + name + "}";
        return new String[] {book, book + ":requests"};
    }

    String[] limits(String owner) {
        String book = prefix + "{limits:" + owner + "}";
        return new String[] {book, book + ":permits"};
    }
}
