package io.decant.teacher.followed;

import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.model.forward.Workspace;
import io.decant.teacher.budget.Opinions;
import io.decant.teacher.reload.TeacherFit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The student that a teacher teaches, as far as the registry tells: what its live version thinks of
 * samples, and whether by its newest version, live or not, its trainer reacts to drift. <i>Owned by
 * the stage's thread.</i>
 */
public final class FollowedStudent {
    /** Metric of a version that is above 0 while its trainer reacts to drift. */
    public static final String DRIFT_METRIC = "drift_active";

    private static final Logger LOG = LoggerFactory.getLogger(FollowedStudent.class);

    private final String model;
    private final ServingSlot slot;
    private final Supplier<Map<String, Double>> newest;
    private final Workspace room = new Workspace();
    private long unfit;

    /**
     * A student.
     *
     * @param slot where its live version is
     * @param newest metrics of its newest version; none before the first
     */
    public FollowedStudent(String model, ServingSlot slot, Supplier<Map<String, Double>> newest) {
        this.model = model;
        this.slot = slot;
        this.newest = newest;
    }

    /**
     * Opinions of its live version; empty while there is none, or when it takes other samples than
     * the teacher.
     *
     * @param features raw bytes of the teacher's input, at least one sample
     */
    public Optional<Opinions> opinions(List<byte[]> features, TeacherFit teacher) {
        Optional<ServingModel> live = slot.hold();
        if (live.isEmpty()) {
            return Optional.empty();
        }
        try {
            return fits(live.get(), teacher)
                    ? Optional.of(opinions(features, live.get()))
                    : Optional.empty();
        } finally {
            live.get().letGo();
        }
    }

    private boolean fits(ServingModel live, TeacherFit teacher) {
        Optional<String> problem =
                teacher.problem(
                        new TeacherFit(
                                live.spec().input().dtype(),
                                live.spec().input().shape(),
                                live.spec().classCount(),
                                teacher.layers()));
        if (problem.isPresent() && unfit != live.version()) {
            unfit = live.version();
            LOG.warn(
                    "service=teacher event=student_does_not_fit model={} version={} reason=\"{}\" next=\"samples are chosen at random\"",
                    model,
                    live.version(),
                    problem.get());
        }
        return problem.isEmpty();
    }

    private Opinions opinions(List<byte[]> features, ServingModel live) {
        int bytes = live.spec().input().bytes();
        byte[] inputs = new byte[features.size() * bytes];
        for (int row = 0; row < features.size(); row++) {
            System.arraycopy(features.get(row), 0, inputs, row * bytes, bytes);
        }
        int classes = live.spec().classCount();
        float[] logits = new float[features.size() * classes];
        live.logits(inputs, features.size(), logits, room);
        return Opinions.of(logits, features.size(), classes);
    }

    /** Whether its newest version says that its trainer reacts to drift. */
    public boolean drifts() {
        return newest.get().getOrDefault(DRIFT_METRIC, 0.0) > 0;
    }
}
