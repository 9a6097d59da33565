package io.decant.it.crash;

import java.util.List;

/**
 * What a stream proves, beside that the tally is exact, that the laws hold and that every version
 * can be made again. <i>Immutable.</i>
 */
enum StreamKind {
    /** Three partitions, whose order time decides: lineage must have recorded it. */
    THREE_PARTITIONS(3, List.of(StreamKind.TALLY)),
    /**
     * One partition, and a second model in the same processes whose versions end by count and whose
     * borders no clock sets: what it learns follows from the journal alone, so a trainer that was
     * never killed learns the same bits.
     */
    ONE_PARTITION(1, List.of(StreamKind.TALLY, StreamKind.COUNTED));

    static final String TALLY = "tally";
    static final String COUNTED = "counted";

    /** Journal records of one version of the model that is published by count. */
    static final int RECORDS_PER_VERSION = 48;

    private final int partitions;
    private final List<String> models;

    StreamKind(int partitions, List<String> models) {
        this.partitions = partitions;
        this.models = models;
    }

    int partitions() {
        return partitions;
    }

    List<String> models() {
        return models;
    }

    /** Adam, averages and a shadow: each of them depends on the order of pairs. */
    static List<String> countedSettings(String model, int capacity) {
        return List.of(
                "model.name=" + model,
                "model.dims=" + capacity + ",8,2",
                "model.bias=true",
                "model.input.dtype=u8",
                "model.input.shape=" + capacity,
                "model.input.scale=1",
                "model.input.mean=0",
                "model.input.sd=1",
                "initial-weights=uniform",
                "optimizer=adam",
                "learning-rate=0.003",
                "ema=0.99",
                "alpha=0.7",
                "temperature=3",
                "batch.linger=1h",
                "publish.interval=1h",
                "publish.pairs=" + RECORDS_PER_VERSION);
    }
}
