package dev.loom.gateway.migration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What was not carried over, or not as it was, with its place. No value is ever part of it: one may be a secret. */
final class Notes {

    private record Note(int line, String path, String message) {}

    private final Set<Note> notes = new LinkedHashSet<>();

    void lost(Item item, String why) {
        notes.add(new Note(item.line(), item.path(), "not carried over: " + why));
    }

    void changed(Item item, String how) {
        notes.add(new Note(item.line(), item.path(), how));
    }

    boolean isAbout(Item item) {
        return notes.stream().anyMatch(note -> note.path.equals(item.path()));
    }

    /** From top to bottom, as {@code file:line  path  message}. */
    List<String> lines(String file) {
        List<Note> sorted = new ArrayList<>(notes);
        sorted.sort(Comparator.comparingInt(Note::line));
        return sorted.stream()
                .map(note -> file + ":" + note.line() + "  " + note.path() + "  " + note.message())
                .toList();
    }
}
