package io.decant.cli.feed;

import java.io.IOException;
import java.util.Optional;

/** The rows of a file or of a stream, read as they are needed. <i>Owned by one thread.</i> */
public interface FeedRows extends AutoCloseable {
    /**
     * The next row; empty at the end.
     *
     * @throws IOException if nothing more can be read; the message is one sentence that says where
     */
    Optional<FeedRow> next() throws IOException;

    @Override
    void close() throws IOException;
}
