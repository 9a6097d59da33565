package io.decant.trainer.replay;

import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Lineage;
import io.decant.trainer.LocalFiles;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.learn.PredictionListener;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Proves versions by making them again: learning starts at a kept state or at genesis, follows
 * lineage over the journal, and compares every version on the way. Reading, decoding and hashing
 * run ahead on a thread of their own; learning follows the record alone, so neither thread nor
 * clock has a say in it. <i>Owned by one thread.</i>
 */
public final class Replay {
    /** Pieces that may wait for the learner: with 256 kB each, at most 8 MB of records. */
    private static final int PIECES_AHEAD = 32;

    private final ModelHistory history;
    private final LocalFiles files;
    private final Starts starts;
    private final ReplayWatcher watcher;
    private final PredictionListener listener;

    /** Replays a history, which stays the caller's. */
    public Replay(ModelHistory history, ReplayWatcher watcher, PredictionListener listener) {
        this(history, LocalFiles.NONE, watcher, listener);
    }

    /**
     * As {@link #Replay(ModelHistory, ReplayWatcher, PredictionListener)}, for a model that needs
     * files which are not in any topic.
     *
     * @param files where they are, if somebody knows; without those that it needs nothing is made
     */
    public Replay(
            ModelHistory history,
            LocalFiles files,
            ReplayWatcher watcher,
            PredictionListener listener) {
        this.history = history;
        this.files = files;
        this.starts = new Starts(history);
        this.watcher = watcher;
        this.listener = listener;
    }

    /** The newest version that the history knows of; 0 without any. */
    public static long newest(ModelHistory history) {
        long described = history.lineage().isEmpty() ? 0 : history.lineage().lastKey();
        long published = history.manifests().isEmpty() ? 0 : history.manifests().lastKey();
        return Math.max(described, published);
    }

    /**
     * Makes one version again. It begins at the newest usable state at or before the parent, never
     * at the version's own; versions in between are compared too.
     *
     * @param version 1 or more
     */
    public Outcome verify(long version) {
        Outcome.Collector outcome = new Outcome.Collector();
        Verdict last = pass(starts.newestUpTo(version - 1), version, outcome);
        if (last.version() < version) {
            notCompared(last.version(), version, outcome);
        }
        return outcome.done();
    }

    /**
     * Makes all versions again, in one pass from genesis when that is still possible. When a
     * version differs or cannot be made, the pass goes on at the next state that was kept; versions
     * before it are reported as not verifiable, because nothing was compared with them.
     */
    public Outcome verifyAll() {
        Outcome.Collector outcome = new Outcome.Collector();
        long newest = newest(history);
        Optional<Start> start = starts.first();
        long judged = history.firstVersion() - 1;
        if (start.map(Start::version).orElse(newest) > judged) {
            notCompared(judged, start.map(Start::version).orElse(newest), outcome);
            judged = start.map(Start::version).orElse(newest);
        }
        while (judged < newest && start.isPresent()) {
            judged = pass(start.get(), newest, outcome).version();
            if (judged < newest) {
                start = starts.oldestFrom(judged);
                long to = start.map(Start::version).orElse(newest);
                notCompared(judged, to, outcome);
                judged = to;
            }
        }
        return outcome.done();
    }

    /**
     * Follows lineage to a version, or to the first that is not equal; returns the last verdict.
     */
    private Verdict pass(Start start, long to, Outcome.Collector outcome) {
        outcome.started(start.version());
        watcher.starting(start.version());
        try (JournalSource journal = history.openJournal();
                RecordCodec codec = history.openCodec();
                VersionMaker maker =
                        new VersionMaker(history.journalTopicId(), start.state(), files, listener);
                Ahead<Piece> pieces =
                        new Ahead<>(
                                "replay-reader",
                                PIECES_AHEAD,
                                sink -> read(start.version(), to, journal, codec, sink))) {
            while (true) {
                Piece piece = pieces.next().orElseThrow();
                tell(piece);
                Optional<Verdict> verdict = maker.accept(piece);
                if (verdict.isPresent()) {
                    outcome.judged(verdict.get());
                    watcher.judged(verdict.get());
                    if (!(verdict.get() instanceof Verdict.Equal)
                            || verdict.get().version() == to) {
                        return verdict.get();
                    }
                }
            }
        }
    }

    private void tell(Piece piece) {
        if (piece instanceof Piece.Begin begin) {
            watcher.making(begin.lineage().getVersion());
        } else if (piece instanceof Piece.Taken some) {
            watcher.learned(some.readings().size());
        }
    }

    private void read(
            long from, long to, JournalSource journal, RecordCodec codec, Consumer<Piece> sink) {
        LineageReader reader = new LineageReader(history.cluster(), codec, journal);
        boolean whole = true;
        for (long version = from + 1; version <= to && whole; version++) {
            Lineage lineage = history.lineage().get(version);
            if (lineage == null) {
                sink.accept(
                        new Piece.Broken(
                                new Verdict.NotVerifiable(
                                        version, "its lineage is no longer there")));
                whole = false;
            } else {
                whole = reader.read(lineage, sink);
            }
        }
    }

    /** Versions after one that could not be made, up to the next state. */
    private void notCompared(long broken, long to, Outcome.Collector outcome) {
        for (long version = broken + 1; version <= to; version++) {
            Verdict verdict =
                    new Verdict.NotVerifiable(
                            version,
                            history.lineage().containsKey(version)
                                    ? "not compared: version "
                                            + broken
                                            + " could not be made equal, and no state between is usable"
                                    : "its lineage is no longer there");
            outcome.judged(verdict);
            watcher.judged(verdict);
        }
    }
}
