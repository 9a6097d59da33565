package io.decant.model.forward;

import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript;
import io.decant.model.torch.ScriptForward;
import io.decant.model.torch.ScriptStudent;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The TorchScript files that an operator installed. A version says by digest which one it needs;
 * nothing that was read from a topic brings code along. Without files libtorch is not loaded.
 *
 * <p>A module that is closed is kept for the next version and gets its weights: that is hundreds of
 * times as fast as to load another one, and what libtorch has compiled stays. At most {@value
 * #SPARES} wait. <i>Thread-safe.</i>
 */
public final class InstalledStudents implements AutoCloseable {
    private static final int SPARES = 2;

    private final Map<String, ScriptStudent> byDigest;
    private final Deque<ScriptForward> spares = new ArrayDeque<>();
    private boolean closed;

    private InstalledStudents(Map<String, ScriptStudent> byDigest) {
        this.byDigest = Map.copyOf(byDigest);
    }

    /** Enough for perceptrons. */
    public static InstalledStudents none() {
        return new InstalledStudents(Map.of());
    }

    /**
     * Looks at every file.
     *
     * @throws InvalidModelException when some are no students: a sentence for each
     */
    public static InstalledStudents open(List<Path> files) {
        Map<String, ScriptStudent> students = new HashMap<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            try {
                ScriptStudent student = ScriptStudent.open(file);
                students.put(student.digest(), student);
            } catch (InvalidModelException unfit) {
                problems.add(unfit.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidModelException(String.join("; ", problems));
        }
        return new InstalledStudents(students);
    }

    /** The file of a TorchScript student, if it is among these. */
    public Optional<ScriptStudent> of(ModelSpec spec) {
        return spec.architecture() instanceof TorchScript script
                ? Optional.ofNullable(byDigest.get(script.file()))
                : Optional.empty();
    }

    /** Whether a model can answer here: perceptrons always can. */
    public boolean suffice(ModelSpec spec) {
        return !(spec.architecture() instanceof TorchScript) || of(spec).isPresent();
    }

    /**
     * Makes a student ready.
     *
     * @param weights flat, in the order of the layout; copied
     * @throws InvalidModelException when its file is not among these, or does not fit
     */
    public StudentForward ready(ModelSpec spec, float[] weights) {
        if (!(spec.architecture() instanceof TorchScript)) {
            return StudentForward.of(spec, weights, Optional.empty());
        }
        Optional<ScriptForward> spare = takeSpare(spec);
        spare.ifPresent(forward -> forward.weights(weights));
        ScriptForward forward =
                spare.orElseGet(
                        () ->
                                ScriptForward.load(
                                        spec, weights, ScriptStudent.required(spec, of(spec))));
        return new StudentForward() {
            @Override
            public void logits(byte[] inputs, int offset, int rows, float[] out, Workspace room) {
                forward.logits(inputs, offset, rows, out, room);
            }

            @Override
            public void close() {
                giveBack(forward);
            }
        };
    }

    private synchronized Optional<ScriptForward> takeSpare(ModelSpec spec) {
        Optional<ScriptForward> spare =
                spares.stream().filter(forward -> forward.isOf(spec)).findFirst();
        spare.ifPresent(spares::remove);
        return spare;
    }

    private synchronized void giveBack(ScriptForward forward) {
        if (closed) {
            forward.close();
            return;
        }
        spares.addFirst(forward);
        if (spares.size() > SPARES) {
            spares.removeLast().close();
        }
    }

    /** Frees what nobody uses; what is still in use is freed when it is closed. */
    @Override
    public synchronized void close() {
        closed = true;
        // A method reference would load classes of libtorch's binding also where there are no
        // files.
        for (ScriptForward spare : spares) {
            spare.close();
        }
        spares.clear();
    }
}
