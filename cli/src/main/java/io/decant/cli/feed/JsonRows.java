package io.decant.cli.feed;

import io.decant.pipeline.source.JsonTrees;
import io.decant.serde.BadRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * JSON documents, one a line; empty lines are passed over. A line beyond the limit is broken and
 * not kept. <i>Owned by one thread.</i>
 */
public final class JsonRows implements FeedRows {
    private final InputStream in;
    private final String name;
    private final int maxLineBytes;
    private final JsonTrees trees = new JsonTrees();
    private long line;

    /**
     * @param in buffered; closed with the rows
     * @param name of the input, for a sentence
     */
    public JsonRows(InputStream in, String name, int maxLineBytes) {
        this.in = in;
        this.name = name;
        this.maxLineBytes = maxLineBytes;
    }

    @Override
    public Optional<FeedRow> next() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (true) {
            int length = readLine(text);
            if (length < 0) {
                return Optional.empty();
            }
            String where = name + ":" + line;
            if (length > maxLineBytes) {
                return Optional.of(
                        new FeedRow.Broken(
                                where,
                                "the line is "
                                        + length
                                        + " bytes long; expected at most "
                                        + maxLineBytes
                                        + ", one JSON document a line (--max-line-bytes)"));
            }
            byte[] document = text.toByteArray();
            if (!isBlank(document)) {
                return Optional.of(parsed(where, document));
            }
        }
    }

    private FeedRow parsed(String where, byte[] document) {
        try {
            return new FeedRow.Parsed(where, trees.read(document));
        } catch (BadRecordException broken) {
            return new FeedRow.Broken(where, broken.getMessage());
        }
    }

    /** Reads a line's bytes as far as the limit; returns its whole length, -1 at the end. */
    private int readLine(ByteArrayOutputStream text) throws IOException {
        text.reset();
        int length = 0;
        line++;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return length;
            }
            if (length < Integer.MAX_VALUE) {
                length++;
            }
            if (length <= maxLineBytes) {
                text.write(b);
            }
        }
        return length == 0 ? -1 : length;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b > ' ' || b < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
