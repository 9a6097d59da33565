package io.decant.cli;

import io.decant.records.Span;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.ReplayWatcher;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how many records are done, at which rate, and how long the rest will take: a bar on a
 * terminal, a line every few seconds elsewhere. <i>Owned by one thread.</i>
 */
final class RecordProgress implements ReplayWatcher, AutoCloseable {
    private static final long LINE_GAP_NANOS = 5_000_000_000L;
    private static final int REFRESH_MILLIS = 250;

    private final ModelHistory history;
    private final long last;
    private final PrintWriter plain;
    private final Optional<ProgressBar> bar;
    private final long startedNanos = System.nanoTime();
    private long shownNanos = startedNanos;
    private long done;
    private long total;
    private long version;
    private long endedNanos;

    /**
     * Begins to show.
     *
     * @param last the last version that will be reached
     */
    RecordProgress(String task, ModelHistory history, long last, PrintWriter plain) {
        this.history = history;
        this.last = last;
        this.plain = plain;
        this.bar = System.console() == null ? Optional.empty() : Optional.of(bar(task));
    }

    private static ProgressBar bar(String task) {
        PrintStream terminal = System.err;
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(0)
                .setUnit(" records", 1)
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new me.tongfei.progressbar.ConsoleProgressBarConsumer(terminal))
                .showSpeed()
                .build();
    }

    /** So many records will be learned, when it is not the whole of lineage. */
    void expect(long records) {
        total = done + records;
        bar.ifPresent(shown -> shown.maxHint(total));
    }

    @Override
    public void starting(long from) {
        total =
                done
                        + history
                                .lineage()
                                .subMap(from, false, Math.max(from, last), true)
                                .values()
                                .stream()
                                .flatMap(lineage -> lineage.getSpans().stream())
                                .mapToLong(Span::getRecords)
                                .sum();
        bar.ifPresent(shown -> shown.maxHint(total));
    }

    @Override
    public void making(long newVersion) {
        version = newVersion;
        bar.ifPresent(shown -> shown.setExtraMessage(" version " + newVersion));
    }

    @Override
    public void learned(long records) {
        done += records;
        bar.ifPresent(shown -> shown.stepBy(records));
        long now = System.nanoTime();
        if (bar.isEmpty() && now - shownNanos > LINE_GAP_NANOS) {
            shownNanos = now;
            double rate = done / seconds();
            plain.printf(
                    Locale.ROOT,
                    "%,d of %,d records, version %d, %,.0f records/s, %.0f s left%n",
                    done,
                    total,
                    version,
                    rate,
                    (total - done) / rate);
            plain.flush();
        }
    }

    /** Records done so far. */
    long records() {
        return done;
    }

    /** Seconds from the start to the end, or to now, above 0. */
    double seconds() {
        long end = endedNanos == 0 ? System.nanoTime() : endedNanos;
        return Math.max(1, end - startedNanos) / 1e9;
    }

    /** The work is done: the bar is left as it is, and what follows is printed below it. */
    void end() {
        if (endedNanos == 0) {
            endedNanos = System.nanoTime();
            bar.ifPresent(ProgressBar::close);
        }
    }

    @Override
    public void close() {
        end();
    }
}
