package io.decant.gateway.store;

import io.decant.pipeline.failpoint.FailPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Replaces a file as a whole: a reader sees the old one or the new one. <i>Thread-safe: pure.</i>
 */
final class AtomicFile {
    private AtomicFile() {}

    /** Durable when it returns. */
    static void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path incomplete = file.resolveSibling(file.getFileName() + ".incomplete");
        try (FileChannel channel =
                FileChannel.open(
                        incomplete,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        FailPoint.GATEWAY_DURING_STORE.reach();
        Files.move(
                incomplete,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
