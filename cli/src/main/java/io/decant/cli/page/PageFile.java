package io.decant.cli.page;

import io.decant.cli.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Where the page of a run goes. <i>Thread-safe: all methods are pure.</i> */
public final class PageFile {
    private PageFile() {}

    /**
     * Makes a page and writes it.
     *
     * @return one sentence that says where it is, or why there is none; a page never fails a run
     */
    public static String save(Path file, Supplier<RunPage> page) {
        try {
            WholeFile.write(file, PageHtml.of(page.get()).getBytes(StandardCharsets.UTF_8));
            return "page of the run: " + file.toAbsolutePath().normalize();
        } catch (IOException refused) {
            return "the page "
                    + file
                    + " could not be written ("
                    + refused
                    + "); the run is not affected, choose another --page";
        } catch (RuntimeException broken) {
            // A fault in drawing a picture must not cost a run that has done its work.
            return "the page of the run could not be made ("
                    + broken
                    + "); the run is not affected";
        }
    }
}
