package io.decant.trainer.rerun;

import io.decant.pipeline.record.RecordCodec;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.PairReader;
import io.decant.trainer.journal.Reading;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Reads what a plan says, in its order, and finds the live model's batch borders. All that needs no
 * weights is done here, so that it can be done ahead of learning, on another thread. <i>Owned by
 * one thread.</i>
 */
final class RunReader {
    private static final int BUNDLE_RECORDS = 128;
    private static final int BUNDLE_BYTES = 256 << 10;

    private final RunPlan plan;
    private final JournalSource journal;
    private final RecordCodec codec;
    private final long seed;
    private Optional<Under> under = Optional.empty();

    /** Reads records under one configuration. */
    private record Under(Map<String, String> bits, PairReader reader) {}

    /**
     * Records that follow one another in one live version.
     *
     * @param begins whether they are the version's first; a version without records has an empty
     *     bundle
     * @param ends whether they are its last
     */
    record Bundle(RunPlan.LiveVersion live, boolean begins, boolean ends, List<Entry> entries) {}

    /**
     * A record.
     *
     * @param borders how often the live model closed its open batch behind it
     */
    record Entry(JournalRecord record, Reading reading, int borders) {}

    /** Reads with a codec and a journal that stay the caller's. */
    RunReader(RunPlan plan, JournalSource journal, RecordCodec codec) {
        this.plan = plan;
        this.journal = journal;
        this.codec = codec;
        // What the new model is born with; later configurations do not change it.
        this.seed = plan.versions().get(0).config().seed();
    }

    /** Hands everything over, in order. */
    void read(Consumer<Bundle> sink) {
        plan.versions().forEach(live -> read(live, sink));
    }

    private void read(RunPlan.LiveVersion live, Consumer<Bundle> sink) {
        PairReader reader = reader(live.config());
        Filling filling = new Filling(live, sink);
        Queue<Long> borders = new ArrayDeque<>(live.lineage().getBorders());
        long before = 0;
        for (RunPlan.Cut cut : live.cuts()) {
            long taken = read(cut, reader, before, borders, filling);
            if (cut.isWhole() && taken != cut.span().getRecords()) {
                throw changed(live, cut, taken);
            }
            before += cut.span().getRecords();
            // Borders in what was cut off are no borders of the new run.
            borders(borders, before);
        }
        filling.flush(true);
    }

    private PairReader reader(TrainerConfig config) {
        Map<String, String> bits = config.bits();
        if (under.isEmpty() || !under.get().bits.equals(bits)) {
            under = Optional.of(new Under(bits, config.pairs(codec, seed)));
        }
        return under.get().reader;
    }

    /** Returns how many records there were. */
    private long read(
            RunPlan.Cut cut, PairReader reader, long before, Queue<Long> borders, Filling filling) {
        if (cut.isEmpty()) {
            return 0;
        }
        // Where a span's beginning is cut off, its records cannot be told from the first.
        boolean counts = cut.first() == cut.span().getFirstOffset();
        long start = filling.taken;
        journal.read(
                cut.span().getPartition(),
                cut.first(),
                cut.last(),
                record -> {
                    long count = filling.taken + 1 - start;
                    filling.add(
                            new Entry(
                                    record,
                                    reader.read(record.value()),
                                    counts ? borders(borders, before + count) : 0));
                });
        return filling.taken - start;
    }

    /** Removes borders up to a place; returns how many there were. */
    private static int borders(Queue<Long> borders, long upTo) {
        int removed = 0;
        while (!borders.isEmpty() && borders.element() <= upTo) {
            borders.remove();
            removed++;
        }
        return removed;
    }

    private static IllegalArgumentException changed(
            RunPlan.LiveVersion live, RunPlan.Cut cut, long taken) {
        return new IllegalArgumentException(
                "partition "
                        + cut.span().getPartition()
                        + " offsets "
                        + cut.first()
                        + " to "
                        + cut.last()
                        + " hold "
                        + taken
                        + " records, lineage of version "
                        + live.lineage().getVersion()
                        + " says "
                        + cut.span().getRecords()
                        + ": the journal was changed");
    }

    /** Collects a live version's records up to a bundle. */
    private static final class Filling {
        private final RunPlan.LiveVersion live;
        private final Consumer<Bundle> sink;
        private List<Entry> entries = new ArrayList<>(BUNDLE_RECORDS);
        private boolean begins = true;
        private long bytes;
        long taken;

        Filling(RunPlan.LiveVersion live, Consumer<Bundle> sink) {
            this.live = live;
            this.sink = sink;
        }

        void add(Entry entry) {
            if (entries.size() == BUNDLE_RECORDS || bytes >= BUNDLE_BYTES) {
                flush(false);
            }
            entries.add(entry);
            bytes += entry.record().value() == null ? 0 : entry.record().value().length;
            taken++;
        }

        void flush(boolean ends) {
            sink.accept(new Bundle(live, begins, ends, entries));
            entries = new ArrayList<>(BUNDLE_RECORDS);
            bytes = 0;
            begins = false;
        }
    }
}
