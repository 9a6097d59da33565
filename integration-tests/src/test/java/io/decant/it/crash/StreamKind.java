package io.decant.it.crash;

import io.decant.it.harness.Tally;
import java.util.ArrayList;
import java.util.List;

/** What a stream proves. <i>Immutable.</i> */
enum StreamKind {
    /** Three partitions, versions by time: each pair counts exactly one. */
    TALLY(3),
    /**
     * One partition, versions by count, and no border by time: what is learned follows from the
     * journal alone, so a trainer that was never killed learns the same bits.
     */
    COUNTED(1);

    /** Journal records of one version of {@link #COUNTED}. */
    static final int PAIRS_PER_VERSION = 48;

    private final int partitions;

    StreamKind(int partitions) {
        this.partitions = partitions;
    }

    int partitions() {
        return partitions;
    }

    String model() {
        return this == TALLY ? "tally" : "counted";
    }

    List<String> trainerSettings(int capacity) {
        return this == TALLY ? Tally.trainerSettings(capacity) : countedSettings(model(), capacity);
    }

    /** Adam, averages and a shadow: every one of them depends on the order of pairs. */
    static List<String> countedSettings(String model, int capacity) {
        List<String> settings = new ArrayList<>();
        settings.add("model.name=" + model);
        settings.add("model.dims=" + capacity + ",8,2");
        settings.add("model.input.dtype=u8");
        settings.add("model.input.shape=" + capacity);
        settings.add("model.input.scale=1");
        settings.add("batch.linger=1h");
        settings.add("publish.interval=1h");
        settings.add("publish.pairs=" + PAIRS_PER_VERSION);
        return settings;
    }
}
