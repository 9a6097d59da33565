package io.decant.cli;

import io.decant.trainer.replay.LossTrace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The loss of each step: written, and compared with an earlier run's. */
final class TraceFlags {
    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Write the loss of each step (CSV).")
    private Path trace;

    @Option(
            names = "--compare-trace",
            paramLabel = "FILE",
            description = "Compare with an earlier trace and name the first step that differs.")
    private Path compareTrace;

    /** Whether there is anything to trace: each step then costs one more forward pass. */
    boolean isAsked() {
        return trace != null || compareTrace != null;
    }

    /**
     * Opens the files that are asked for.
     *
     * @throws CommandFailure when one of them cannot be used
     */
    LossTrace open() {
        try {
            return new LossTrace(Optional.ofNullable(trace), Optional.ofNullable(compareTrace));
        } catch (IOException refused) {
            throw new CommandFailure("the trace cannot be used: " + refused, refused);
        }
    }

    /** Says what the comparison came to, if one is asked for; false when traces differ. */
    boolean show(LossTrace losses, PrintWriter out) {
        if (compareTrace == null) {
            return true;
        }
        String text =
                losses.difference()
                        .map(first -> "traces differ first at " + first)
                        .orElse(
                                losses.compared() == 0
                                        ? "the traces have no step in common"
                                        : "traces are equal in "
                                                + losses.compared()
                                                + " steps that both have");
        out.println(text);
        out.flush();
        return losses.difference().isEmpty() && losses.compared() > 0;
    }
}
