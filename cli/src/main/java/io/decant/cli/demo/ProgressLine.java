package io.decant.cli.demo;

import io.decant.cli.Shown;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows how a run goes: one line that is written over on a terminal, a line every few seconds
 * elsewhere. <i>Owned by one thread.</i>
 */
final class ProgressLine implements AutoCloseable {
    private static final long PLAIN_GAP_NANOS = 5_000_000_000L;

    /**
     * One moment.
     *
     * @param student prequential accuracy so far, 0 to 1; null without labels
     */
    record State(
            int produced,
            int samples,
            int paired,
            long learned,
            Double student,
            Double shadow,
            Double teacher,
            long version,
            long requests,
            long failed) {}

    private final PrintStream out;
    private final boolean terminal = System.console() != null;
    private long shownNanos = Long.MIN_VALUE;

    ProgressLine(PrintStream out) {
        this.out = out;
    }

    /** Shows a state and returns it without what always moves, so that a standstill can be seen. */
    String show(State state) {
        String text =
                String.format(
                        Locale.ROOT,
                        "%,d of %,d samples · learned %,d · prequential %s (shadow %s, teacher %s) · version %d",
                        state.produced,
                        state.samples,
                        state.learned,
                        Shown.percent(state.student),
                        Shown.percent(state.shadow),
                        Shown.percent(state.teacher),
                        state.version);
        String requests =
                String.format(
                        Locale.ROOT, " · %,d requests, %d failed", state.requests, state.failed);
        if (terminal) {
            out.print("\r\033[K        " + text + requests);
            out.flush();
        } else if (shownNanos == Long.MIN_VALUE
                || System.nanoTime() - shownNanos > PLAIN_GAP_NANOS) {
            shownNanos = System.nanoTime();
            out.println("        " + text + requests);
        }
        return text + " paired " + state.paired;
    }

    @Override
    public void close() {
        if (terminal) {
            out.println();
        }
    }
}
