package io.decant.teacher.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * What a file looks like from outside; cheap to ask. <i>Immutable.</i>
 *
 * @param bytes its size
 * @param modified when it was written last, as exactly as the file system knows
 * @param identity tells a file from another one that took over its name; empty where the file
 *     system has nothing of the kind
 */
public record FileStamp(long bytes, FileTime modified, Optional<Object> identity) {
    /** Looks at a file; empty when there is none that can be looked at. */
    public static Optional<FileStamp> of(Path file) {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new FileStamp(
                            seen.size(),
                            seen.lastModifiedTime(),
                            Optional.ofNullable(seen.fileKey())));
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }
}
