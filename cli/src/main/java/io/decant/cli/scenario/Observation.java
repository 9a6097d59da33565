package io.decant.cli.scenario;

import io.decant.cli.run.Answers;
import io.decant.cli.run.StreamPlan;
import io.decant.cli.run.StreamPredictions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What was seen of one model in one trial. <i>Immutable by convention: nobody writes to the
 * arrays.</i>
 *
 * @param student class that was predicted before each sample was learned, [samples]; {@link
 *     StreamPredictions#NONE} for none
 * @param shadow the same of the shadow
 * @param holdout the student's answers to the test files at the end
 * @param shadowHoldout the shadow's; empty when it learned from too few labels
 * @param teacherHoldout the teacher's
 * @param examined the student's answers at cues, by name
 * @param shadowExamined the shadow's, where it is known
 * @param unlabelled the student's answers to the teacher's half, when the trial asks for them
 * @param events in order
 * @param stream how the stream went
 */
record Observation(
        StreamPlan plan,
        int[] student,
        int[] shadow,
        Answers holdout,
        Optional<Answers> shadowHoldout,
        Answers teacherHoldout,
        Map<String, Answers> examined,
        Map<String, Answers> shadowExamined,
        Optional<Answers> unlabelled,
        Optional<Answers> shadowUnlabelled,
        List<Noticed> events,
        Flow stream) {

    /**
     * What is known of the stream beside the models' answers.
     *
     * @param events of each model, by its name, in order
     */
    record Course(Map<String, List<Noticed>> events, Flow flow) {}

    /**
     * How the stream went.
     *
     * @param asked share of the samples that the teacher was asked about
     * @param lost samples without a pair, though they should have one
     * @param seconds from the first sample to the version that has learned all
     * @param catchUpSeconds from a teacher's return until what had waited was learned; null when it
     *     was never away
     */
    record Flow(double asked, int lost, double seconds, Double catchUpSeconds) {}

    /**
     * Prequential accuracy of the student over positions [from, to), against the true classes; NaN
     * when some were not predicted.
     */
    double prequential(int from, int to) {
        return accuracy(student, from, to);
    }

    /** The same over the whole stream. */
    double prequential() {
        return prequential(0, plan.samples());
    }

    /** The shadow's. */
    double shadowPrequential(int from, int to) {
        return accuracy(shadow, from, to);
    }

    /** Events of a kind, in order. */
    List<Noticed> noticed(String kind) {
        return events.stream().filter(event -> event.kind().equals(kind)).toList();
    }

    /**
     * Samples from a position until the first event of a kind in [from, to); null when there is
     * none.
     */
    Double delay(String kind, int from, int to) {
        OptionalInt first =
                noticed(kind).stream()
                        .mapToInt(Noticed::position)
                        .filter(position -> position >= from && position < to)
                        .min();
        return first.isPresent() ? (double) (first.getAsInt() - from) : null;
    }

    private double accuracy(int[] predicted, int from, int to) {
        int right = 0;
        for (int position = from; position < to; position++) {
            if (predicted[position] == StreamPredictions.NONE) {
                return Double.NaN;
            }
            right += predicted[position] == plan.item(position).truth() ? 1 : 0;
        }
        return right / (double) (to - from);
    }
}
