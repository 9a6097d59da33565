package io.decant.pipeline.failpoint;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Places where a process can be held, so that a crash test kills it exactly there.
 *
 * <p>Off unless the environment variable {@value #FOLDER} names a folder when the process starts.
 * Then a process that reaches a point whose name is the name of a file in that folder renames the
 * file to {@code NAME.reached-PID} and holds the calling thread for ever. Of several processes, and
 * of several threads, exactly one is held by one file. A file can be laid at any time: what is held
 * is the next one to come by. <i>Thread-safe.</i>
 */
public enum FailPoint {
    /** A version is sealed, and nothing of it is sent. */
    TRAINER_BEFORE_SEND,
    /** State and chunks are sent and confirmed; manifest and lineage are not. */
    TRAINER_DURING_PUBLISH,
    /** All of a version and its offsets are sent; the transaction is open. */
    TRAINER_BEFORE_COMMIT,
    /** A version is committed, and the trainer has not noted it. */
    TRAINER_AFTER_COMMIT,
    /** Earlier writers are fenced; the state is about to be read. */
    TRAINER_DURING_RESTORE,
    /** The group has just given the model to this process, inside the rebalance. */
    TRAINER_DURING_REBALANCE,
    /** A batch is scored, and no answer is sent. */
    TEACHER_BEFORE_SEND,
    /** Answers and offsets are sent; the transaction is open. */
    TEACHER_BEFORE_COMMIT,
    /** Answers are committed, and the teacher has not noted it. */
    TEACHER_AFTER_COMMIT,
    /** The join's state is changed in the store, and its pair is not sent. */
    JOINER_BEFORE_FORWARD,
    /** The last good model is written beside the old one, and does not replace it yet. */
    GATEWAY_DURING_STORE,
    /** A version is verified, and not served yet. */
    GATEWAY_BEFORE_SWAP;

    /** The environment variable that names the folder. */
    public static final String FOLDER = "DECANT_FAIL_POINTS";

    private static final String ARMED = System.getenv(FOLDER);

    /** What it is called: the service, a dot, the place. */
    public String label() {
        String[] serviceAndPlace = name().toLowerCase(Locale.ROOT).split("_", 2);
        return serviceAndPlace[0] + "." + serviceAndPlace[1].replace('_', '-');
    }

    /** The service that comes by here. */
    public String service() {
        return label().substring(0, label().indexOf('.'));
    }

    /** Holds the calling thread for ever if a crash test wants this process to die here. */
    public void reach() {
        if (ARMED != null) {
            new Snare(Path.of(ARMED)).pass(label());
        }
    }
}
