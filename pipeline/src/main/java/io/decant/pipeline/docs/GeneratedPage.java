package io.decant.pipeline.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page of documentation that is written from code. A test calls {@link #check}, so that the page
 * and the code cannot drift apart. <i>Immutable.</i>
 *
 * @param file where the page stands in the repository
 * @param command how a reader rewrites it
 * @param body the page after its head, in Markdown
 */
public record GeneratedPage(Path file, String command, String body) {

    /** The whole page. */
    public String text() {
        return "<!-- Written from code. To rewrite it: " + command + " -->\n\n" + body;
    }

    /**
     * Compares the file with the code, or rewrites it.
     *
     * @param rewrite write the file instead of comparing it
     * @throws IllegalStateException if the file differs, with the command that rewrites it
     */
    public void check(boolean rewrite) throws IOException {
        if (rewrite) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text());
        } else if (!Files.exists(file) || !Files.readString(file).equals(text())) {
            throw new IllegalStateException(
                    file + " differs from the code; rewrite it with: " + command);
        }
    }
}
