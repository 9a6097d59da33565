package io.decant.cli.feed;

import io.decant.dataset.IdxSplit;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/** The samples of IDX files, in file order. <i>Owned by one thread.</i> */
public final class IdxRows implements FeedRows {
    private final String name;
    private final IdxSplit split;
    private final int to;
    private int next;

    /**
     * @param name of the files, for a sentence
     * @param from first sample
     * @param to first sample that is not fed
     */
    public IdxRows(String name, IdxSplit split, int from, int to) {
        this.name = name;
        this.split = split;
        this.next = from;
        this.to = to;
    }

    @Override
    public Optional<FeedRow> next() {
        if (next == to) {
            return Optional.empty();
        }
        int index = next++;
        return Optional.of(
                new FeedRow.Parsed(
                        name + " sample " + index,
                        Map.of(
                                FeedFields.FEATURES,
                                ByteBuffer.wrap(split.sample(index)),
                                FeedFields.LABEL,
                                split.label(index))));
    }

    @Override
    public void close() {
        // The files are in memory.
    }
}
