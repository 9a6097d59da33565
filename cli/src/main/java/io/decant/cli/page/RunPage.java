package io.decant.cli.page;

import java.util.List;

/**
 * What a page about a run shows, in order; how it looks is {@link PageHtml}'s. <i>Immutable.</i>
 *
 * @param title of the document
 * @param subtitle what ran, on what and when
 * @param verdict one sentence
 * @param figures what matters most, a handful
 */
public record RunPage(
        String title,
        String subtitle,
        String verdict,
        Tone tone,
        List<Figure> figures,
        List<Section> sections) {
    public RunPage {
        figures = List.copyOf(figures);
        sections = List.copyOf(sections);
    }

    /** What kind of news a verdict is. */
    public enum Tone {
        GOOD,
        /** Somebody should look. */
        CARE,
        /** Neither: it depends on what was wanted. */
        PLAIN
    }

    /**
     * One number that matters.
     *
     * @param value with its unit
     * @param note what it is measured on
     */
    public record Figure(String name, String value, String note) {}

    /**
     * A part of the page.
     *
     * @param id anchor in the page: letters and hyphens
     * @param notes sentences above the rest
     * @param command a command line to copy; empty for none
     */
    public record Section(
            String id,
            String title,
            List<String> notes,
            List<Chart> charts,
            List<Table> tables,
            String command) {
        public Section {
            notes = List.copyOf(notes);
            charts = List.copyOf(charts);
            tables = List.copyOf(tables);
        }

        /** Curves. */
        public static Section curves(List<Chart> charts, String... notes) {
            return new Section("curves", "Curves", List.of(notes), charts, List.of(), "");
        }

        /** Sentences alone. */
        public static Section notes(String id, String title, List<String> notes) {
            return new Section(id, title, notes, List.of(), List.of(), "");
        }

        /** A command to copy, with what it does. */
        public static Section command(String title, String note, String command) {
            return new Section("again", title, List.of(note), List.of(), List.of(), command);
        }

        /** Tables with sentences above. */
        public static Section tables(String id, String title, List<Table> tables, String... notes) {
            return new Section(id, title, List.of(notes), List.of(), tables, "");
        }
    }
}
