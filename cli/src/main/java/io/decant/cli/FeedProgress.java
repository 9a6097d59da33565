package io.decant.cli;

import io.decant.cli.feed.Feed;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Shows how a feed goes: one line that is written over on a terminal, a line every few seconds
 * elsewhere, and the first bad rows. <i>Owned by one thread.</i>
 */
final class FeedProgress implements Feed.Listener {
    private static final long TERMINAL_GAP_NANOS = 500_000_000L;
    private static final long PLAIN_GAP_NANOS = 5_000_000_000L;

    /** So many bad rows are told one by one; all are counted. */
    private static final int TOLD = 10;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean terminal = System.console() != null;
    private final long startedNanos = System.nanoTime();
    private long shownNanos = startedNanos;
    private int bad;

    FeedProgress(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void fed(long samples) {
        long now = System.nanoTime();
        if (now - shownNanos < (terminal ? TERMINAL_GAP_NANOS : PLAIN_GAP_NANOS)) {
            return;
        }
        shownNanos = now;
        String text =
                String.format(
                        Locale.ROOT, "%,d samples, %,.0f samples/s", samples, samples / seconds());
        out.print(terminal ? "\r\033[K" + text : text + System.lineSeparator());
        out.flush();
    }

    @Override
    public void skipped(String where, String reason) {
        bad++;
        if (bad <= TOLD) {
            err.println("left out: " + where + ": " + reason);
        } else if (bad == TOLD + 1) {
            err.println("more bad rows are left out and only counted");
        }
        err.flush();
    }

    /** Seconds since the start, above 0. */
    double seconds() {
        return Math.max(1, System.nanoTime() - startedNanos) / 1e9;
    }
}
