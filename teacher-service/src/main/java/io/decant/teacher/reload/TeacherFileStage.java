package io.decant.teacher.reload;

import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.teacher.TeacherModel;
import io.decant.pipeline.stage.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches the teacher's file and opens a new one beside the teacher that runs, so that answering
 * goes on meanwhile. A file is opened when it looked the same twice, and counts only if it still
 * looks and reads the same afterwards: one that is being written is not taken. <i>Owned by the
 * thread that calls it</i>, but for the handover.
 */
public final class TeacherFileStage implements Stage {
    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

    private final String name;
    private final Path file;
    private final Optional<InputSpec> configured;
    private final int capacity;
    private final TeacherFit fit;
    private final Duration interval;
    private final FileWatch watch;
    private final Handover handover;
    private byte[] digest;
    private long dueNanos;

    /**
     * A watch over the file of a teacher that runs.
     *
     * @param name of the stage
     * @param file the teacher's
     * @param before what the file looked like before it was opened
     * @param running the teacher; only asked what it is, here and now
     * @param configured input of files that do not declare theirs
     * @param interval from one look to the next, above 0
     * @param handover where findings go
     */
    public TeacherFileStage(
            String name,
            Path file,
            FileStamp before,
            TeacherModel running,
            Optional<InputSpec> configured,
            Duration interval,
            Handover handover) {
        this.name = name;
        this.file = file;
        this.configured = configured;
        this.capacity = running.capacity();
        this.fit = TeacherFit.of(running);
        this.interval = interval;
        this.watch = new FileWatch(before);
        this.handover = handover;
        this.digest = running.digest();
        this.dueNanos = System.nanoTime() + interval.toNanos();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int doWork() {
        long left = dueNanos - System.nanoTime();
        if (left > 0) {
            LockSupport.parkNanos(Math.min(left, LONGEST_WAIT.toNanos()));
            return 0;
        }
        dueNanos = System.nanoTime() + interval.toNanos();
        return look();
    }

    private int look() {
        if (handover.isFull()) {
            return 0;
        }
        Optional<FileStamp> seen = FileStamp.of(file);
        if (watch.look(seen) != FileWatch.Look.SETTLED) {
            return 0;
        }
        Optional<Finding> finding = judge(seen.get());
        if (!FileStamp.of(file).equals(seen)) {
            // Somebody went on writing, so this was no judgement of the file that there is now.
            finding.ifPresent(TeacherFileStage::discard);
            return 0;
        }
        watch.judged(seen.get());
        finding.ifPresent(this::hand);
        return 1;
    }

    /** Empty when only the file's date is new. */
    private Optional<Finding> judge(FileStamp stamp) {
        try {
            byte[] now = TeacherModel.digestOf(file);
            if (Arrays.equals(now, digest)) {
                return Optional.empty();
            }
            TeacherModel model = TeacherModel.open(file, configured, capacity, fit.layerNames());
            Optional<String> problem =
                    Arrays.equals(model.digest(), now)
                            ? fit.problem(TeacherFit.of(model))
                            : Optional.of(
                                    "it was written while it was opened; write a new file under another name, then rename it");
            if (problem.isPresent()) {
                model.close();
                return Optional.of(new Finding.Refused(file + ": " + problem.get()));
            }
            return Optional.of(new Finding.Ready(model, stamp.bytes()));
        } catch (InvalidModelException unusable) {
            return Optional.of(new Finding.Refused(unusable.getMessage()));
        }
    }

    private void hand(Finding finding) {
        if (finding instanceof Finding.Ready ready) {
            digest = ready.teacher().digest();
        }
        if (!handover.offer(finding)) {
            throw new IllegalStateException("only this stage fills the handover, and it was empty");
        }
    }

    private static void discard(Finding finding) {
        if (finding instanceof Finding.Ready ready) {
            ready.teacher().close();
        }
    }

    @Override
    public void close() {
        handover.close();
    }
}
