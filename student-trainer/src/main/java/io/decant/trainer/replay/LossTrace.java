package io.decant.trainer.replay;

import io.decant.model.step.TrainingStep;
import io.decant.trainer.learn.Counters;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.PredictionListener;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes the loss of each step, and compares it with what an earlier replay wrote: the first step
 * that differs is where two runs part. Rows are {@code step,version,pairs,teacher_loss,label_loss};
 * losses are those of the step's own rows on the weights that it led to, in nats, as decimals that
 * give the same number when they are read again. Each costs one more forward pass and changes no
 * bit. <i>Owned by the replay's thread.</i>
 */
public final class LossTrace implements PredictionListener, ReplayWatcher, AutoCloseable {
    private static final String HEAD = "step,version,pairs,teacher_loss,label_loss";

    private final Optional<BufferedWriter> out;
    private final Optional<BufferedReader> other;
    private final String otherName;
    private long version;
    private Optional<Row> ahead = Optional.empty();
    private long compared;
    private Optional<String> difference = Optional.empty();

    private record Row(long step, long version, long pairs, double teacher, double label) {
        static Row parse(String line, String file) {
            String[] columns = line.split(",", -1);
            try {
                return new Row(
                        Long.parseLong(columns[0]),
                        Long.parseLong(columns[1]),
                        Long.parseLong(columns[2]),
                        Double.parseDouble(columns[3]),
                        Double.parseDouble(columns[4]));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException malformed) {
                throw new UncheckedIOException(
                        new IOException(
                                "the trace "
                                        + file
                                        + " holds the line '"
                                        + line
                                        + "', expected "
                                        + HEAD,
                                malformed));
            }
        }

        String line() {
            return step + "," + version + "," + pairs + "," + teacher + "," + label;
        }
    }

    /**
     * Opens the files.
     *
     * @param write where rows go; empty for nowhere
     * @param compare an earlier trace; empty for none
     * @throws IOException when one of them cannot be opened, or the earlier one is no trace
     */
    public LossTrace(Optional<Path> write, Optional<Path> compare) throws IOException {
        otherName = compare.map(Path::toString).orElse("");
        other = compare.isPresent() ? Optional.of(opened(compare.get())) : Optional.empty();
        out =
                write.isPresent()
                        ? Optional.of(Files.newBufferedWriter(write.get()))
                        : Optional.empty();
        write(HEAD);
    }

    private static BufferedReader opened(Path file) throws IOException {
        BufferedReader reader = Files.newBufferedReader(file);
        if (!HEAD.equals(reader.readLine())) {
            reader.close();
            throw new IOException(
                    "the file " + file + " is no trace; expected its first line to be " + HEAD);
        }
        return reader;
    }

    @Override
    public void predicted(String sampleId, int student) {
        // A trace is about losses.
    }

    @Override
    public void making(long newVersion) {
        version = newVersion;
    }

    @Override
    public void stepped(Learner learner) {
        Counters counters = learner.counters();
        TrainingStep.Loss loss = learner.lastLoss();
        Row row =
                new Row(counters.steps(), version, counters.pairs(), loss.teacher(), loss.label());
        write(row.line());
        if (other.isPresent() && difference.isEmpty()) {
            compare(row);
        }
    }

    private void write(String line) {
        if (out.isPresent()) {
            try {
                out.get().write(line);
                out.get().newLine();
            } catch (IOException full) {
                throw new UncheckedIOException("the trace cannot be written: " + full, full);
            }
        }
    }

    /** Traces may begin at different steps; those of both are compared. */
    private void compare(Row row) {
        while (ahead.isEmpty() || ahead.get().step < row.step) {
            ahead = read();
            if (ahead.isEmpty()) {
                return;
            }
        }
        if (ahead.get().step > row.step) {
            return;
        }
        compared++;
        Row before = ahead.get();
        if (!before.equals(row)) {
            difference =
                    Optional.of(
                            "step "
                                    + row.step
                                    + " (version "
                                    + row.version
                                    + "): this run has "
                                    + row.line()
                                    + ", "
                                    + otherName
                                    + " has "
                                    + before.line());
        }
    }

    private Optional<Row> read() {
        try {
            return Optional.ofNullable(other.orElseThrow().readLine())
                    .map(line -> Row.parse(line, otherName));
        } catch (IOException broken) {
            throw new UncheckedIOException("the trace cannot be read: " + broken, broken);
        }
    }

    /** Steps that both runs have and that were compared. */
    public long compared() {
        return compared;
    }

    /** The first step that differs; empty as long as none does. */
    public Optional<String> difference() {
        return difference;
    }

    @Override
    public void close() {
        try {
            if (other.isPresent()) {
                other.get().close();
            }
            if (out.isPresent()) {
                out.get().close();
            }
        } catch (IOException full) {
            throw new UncheckedIOException("the trace cannot be written: " + full, full);
        }
    }
}
