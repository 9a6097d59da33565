package io.decant.teacher.reload;

import java.util.Optional;

/**
 * Decides from one look to the next whether a file is another one and is no longer being written: a
 * change must look the same twice before it is opened. Pure: is told what the file looks like.
 * <i>Owned by one thread.</i>
 */
public final class FileWatch {
    private FileStamp judged;
    private Optional<FileStamp> changing = Optional.empty();

    /** What one look came to. */
    public enum Look {
        /** As it was judged before, or not there at the moment. */
        UNCHANGED,
        /** Seen like this for the first time; somebody may still be writing. */
        CHANGING,
        /** Another file, the same in two looks. */
        SETTLED
    }

    /**
     * A watch over a file that is in use.
     *
     * @param judged what it looked like before it was opened
     */
    public FileWatch(FileStamp judged) {
        this.judged = judged;
    }

    /** One look; empty = the file is not there. */
    public Look look(Optional<FileStamp> seen) {
        if (seen.isEmpty() || seen.get().equals(judged)) {
            changing = Optional.empty();
            return Look.UNCHANGED;
        }
        boolean settled = seen.equals(changing);
        changing = seen;
        return settled ? Look.SETTLED : Look.CHANGING;
    }

    /** The file that looks like this was taken or refused: it is left alone until it changes. */
    public void judged(FileStamp stamp) {
        judged = stamp;
        changing = Optional.empty();
    }
}
