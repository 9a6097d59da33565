package io.decant.gateway.reload;

import io.decant.model.forward.StudentForward;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript;
import io.decant.model.torch.ScriptStudent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The TorchScript files that an operator installed. A version says by digest which one it needs;
 * nothing that was read from a topic brings code along. Without files libtorch is not loaded.
 * <i>Immutable.</i>
 */
public final class InstalledStudents {
    /** Enough for perceptrons. */
    public static final InstalledStudents NONE = new InstalledStudents(Map.of());

    private final Map<String, ScriptStudent> byDigest;

    private InstalledStudents(Map<String, ScriptStudent> byDigest) {
        this.byDigest = Map.copyOf(byDigest);
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

    /** Whether a model of this kind can answer here: perceptrons always can. */
    public boolean suffice(ModelSpec spec) {
        return !(spec.architecture() instanceof TorchScript script)
                || byDigest.containsKey(script.file());
    }

    /** The file of a TorchScript student, if it is among these. */
    public Optional<ScriptStudent> of(ModelSpec spec) {
        return spec.architecture() instanceof TorchScript script
                ? Optional.ofNullable(byDigest.get(script.file()))
                : Optional.empty();
    }

    /**
     * Makes a student ready.
     *
     * @param weights flat, in the order of the layout; copied
     * @throws InvalidModelException when its file is not among these, or does not fit
     */
    public StudentForward ready(ModelSpec spec, float[] weights) {
        return StudentForward.of(spec, weights, of(spec));
    }
}
