package io.decant.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a command writes the page of its run. <i>Owned by the main thread.</i> */
final class PageOption {
    /** For no page at all. */
    static final String NONE = "none";

    @Option(
            names = "--page",
            paramLabel = "FILE.html|none",
            description =
                    "Write curves, versions and settings as one HTML file; default: in the folder of the run (--data-dir), else here, with a name that begins with decant-.")
    private String page;

    /**
     * The file.
     *
     * @param folder of the run, if it has one that stays
     * @param name without an ending, such as {@code run}
     * @return empty when no page is wanted
     */
    Optional<Path> file(Optional<Path> folder, String name) {
        if (page != null) {
            return page.equals(NONE) ? Optional.empty() : Optional.of(Path.of(page));
        }
        return Optional.of(
                folder.map(in -> in.resolve(name + ".html"))
                        .orElse(Path.of("decant-" + name + ".html")));
    }
}
