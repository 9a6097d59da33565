package io.decant.pipeline.failpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.LockSupport;

/** The folder in which a crash test says where a process is to be held. <i>Immutable.</i> */
record Snare(Path folder) {
    /** Returns at once, or never. */
    void pass(String label) {
        if (takes(label)) {
            hold();
        }
    }

    /**
     * Whether a file of that name was there; it now says that this process took it, and is gone for
     * others.
     *
     * @throws UncheckedIOException when the folder cannot be written
     */
    boolean takes(String label) {
        Path laid = folder.resolve(label);
        try {
            Files.move(
                    laid,
                    folder.resolve(label + ".reached-" + ProcessHandle.current().pid()),
                    StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException nothingLaid) {
            return false;
        } catch (IOException unusable) {
            throw new UncheckedIOException("cannot take the fail-point " + laid, unusable);
        }
    }

    /** Interrupts do not end it: the process is to be killed as it stands. */
    private static void hold() {
        while (true) {
            LockSupport.park();
        }
    }
}
