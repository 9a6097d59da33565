package io.decant.trainer.replay;

import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.MissingRangeException;
import io.decant.trainer.journal.PairReader;
import io.decant.trainer.journal.Reading;
import io.decant.trainer.learn.SpanTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads what versions were learned from, in the order of lineage, and checks that the journal still
 * holds the same bytes. All that needs no weights is done here, so that it can be done ahead of
 * learning, on another thread. <i>Owned by one thread.</i>
 */
final class LineageReader {
    /**
     * Bounds of one piece: small enough to wait in a queue, large enough to be worth a hand-over.
     */
    private static final int PIECE_RECORDS = 128;

    private static final int PIECE_BYTES = 256 << 10;

    private final ClusterSettings cluster;
    private final RecordCodec codec;
    private final JournalSource journal;
    private Optional<Known> known = Optional.empty();

    /** One configuration and what reads records under it. */
    private record Known(
            Map<String, String> configuration, long seed, TrainerConfig config, PairReader reader) {
        boolean isOf(Lineage lineage) {
            return configuration.equals(lineage.getConfiguration()) && seed == lineage.getSeed();
        }
    }

    /** Reads with a codec and a journal that stay the caller's. */
    LineageReader(ClusterSettings cluster, RecordCodec codec, JournalSource journal) {
        this.cluster = cluster;
        this.codec = codec;
        this.journal = journal;
    }

    /** Hands over a version's pieces; returns false after {@link Piece.Broken}. */
    boolean read(Lineage lineage, Consumer<Piece> sink) {
        Optional<Verdict> broken;
        try {
            broken = damage(lineage);
            if (broken.isEmpty()) {
                Known under = under(lineage);
                sink.accept(new Piece.Begin(lineage, under.config));
                broken = records(lineage, under.reader, sink);
            }
        } catch (MissingRangeException gone) {
            broken =
                    Optional.of(new Verdict.NotVerifiable(lineage.getVersion(), gone.getMessage()));
        } catch (ConfigurationException unknown) {
            broken =
                    Optional.of(
                            new Verdict.NotVerifiable(
                                    lineage.getVersion(),
                                    "this release does not understand its configuration: "
                                            + unknown.getMessage()));
        }
        broken.ifPresent(verdict -> sink.accept(new Piece.Broken(verdict)));
        return broken.isEmpty();
    }

    private Known under(Lineage lineage) {
        if (known.isEmpty() || !known.get().isOf(lineage)) {
            TrainerConfig config = TrainerConfig.of(cluster, lineage.getConfiguration());
            known =
                    Optional.of(
                            new Known(
                                    Map.copyOf(lineage.getConfiguration()),
                                    lineage.getSeed(),
                                    config,
                                    config.pairs(codec, lineage.getSeed())));
        }
        return known.get();
    }

    /** What speaks against a lineage record before anything is read. */
    private Optional<Verdict> damage(Lineage lineage) {
        List<Long> next = new ArrayList<>(lineage.getStartOffsets());
        for (OffsetRange gap : lineage.getGaps()) {
            if (gap.getPartition() < 0 || gap.getPartition() >= next.size()) {
                return damaged(lineage, "a gap is in partition " + gap.getPartition());
            }
            next.set(gap.getPartition(), Math.max(next.get(gap.getPartition()), gap.getTo()));
        }
        for (Span span : lineage.getSpans()) {
            if (!span.getTopicId().equals(journal.topicId())) {
                return Optional.of(
                        new Verdict.NotVerifiable(
                                lineage.getVersion(),
                                "it was learned from the journal with topic id "
                                        + span.getTopicId()
                                        + ", and this journal has topic id "
                                        + journal.topicId()
                                        + ": the topic was recreated"));
            }
            if (span.getPartition() < 0 || span.getPartition() >= next.size()) {
                return damaged(lineage, "a span is in partition " + span.getPartition());
            }
            if (span.getFirstOffset() < next.get(span.getPartition())) {
                return damaged(
                        lineage,
                        "a span begins at offset "
                                + span.getFirstOffset()
                                + " of partition "
                                + span.getPartition()
                                + ", which was learned up to offset "
                                + next.get(span.getPartition())
                                + " already");
            }
            next.set(span.getPartition(), span.getLastOffset() + 1);
        }
        return Optional.empty();
    }

    private static Optional<Verdict> damaged(Lineage lineage, String how) {
        return Optional.of(new Verdict.Differs(lineage.getVersion(), how, "lineage is damaged"));
    }

    private Optional<Verdict> records(Lineage lineage, PairReader reader, Consumer<Piece> sink) {
        SpanTracker tracker = new SpanTracker(lineage.getStartOffsets());
        lineage.getGaps().forEach(gap -> tracker.skip(gap.getPartition(), gap.getTo()));
        Bundle bundle = new Bundle(sink);
        for (Span span : lineage.getSpans()) {
            journal.read(
                    span.getPartition(),
                    span.getFirstOffset(),
                    span.getLastOffset(),
                    record -> {
                        tracker.delivered(
                                record.partition(), record.offset(), record.key(), record.value());
                        bundle.add(reader.read(record.value()), bytes(record));
                    });
        }
        bundle.flush();
        List<Long> nextOffsets = tracker.nextOffsets();
        Optional<Verdict> changed = changed(lineage, tracker.endVersion().spans());
        if (changed.isEmpty()) {
            sink.accept(new Piece.End(nextOffsets));
        }
        return changed;
    }

    private static int bytes(JournalRecord record) {
        return record.value() == null ? 0 : record.value().length;
    }

    private static Optional<Verdict> changed(
            Lineage lineage, List<io.decant.trainer.learn.Span> spans) {
        for (int i = 0; i < lineage.getSpans().size(); i++) {
            Span recorded = lineage.getSpans().get(i);
            boolean same =
                    i < spans.size()
                            && spans.get(i).records() == recorded.getRecords()
                            && spans.get(i).hash().equals(recorded.getHash());
            if (!same) {
                return Optional.of(
                        new Verdict.Differs(
                                lineage.getVersion(),
                                "partition "
                                        + recorded.getPartition()
                                        + " offsets "
                                        + recorded.getFirstOffset()
                                        + " to "
                                        + recorded.getLastOffset()
                                        + " do not hold the "
                                        + recorded.getRecords()
                                        + " records that were learned",
                                "the journal was changed"));
            }
        }
        return Optional.empty();
    }

    /** Collects readings up to a piece. */
    private static final class Bundle {
        private final Consumer<Piece> sink;
        private List<Reading> readings = new ArrayList<>(PIECE_RECORDS);
        private long bytes;

        Bundle(Consumer<Piece> sink) {
            this.sink = sink;
        }

        void add(Reading reading, int size) {
            readings.add(reading);
            bytes += size;
            if (readings.size() == PIECE_RECORDS || bytes >= PIECE_BYTES) {
                flush();
            }
        }

        void flush() {
            if (!readings.isEmpty()) {
                sink.accept(new Piece.Taken(readings));
                readings = new ArrayList<>(PIECE_RECORDS);
                bytes = 0;
            }
        }
    }
}
