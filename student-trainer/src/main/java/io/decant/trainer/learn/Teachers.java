package io.decant.trainer.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes one answer of several teachers'. The student should come close to the weighted mean of
 * their log-probabilities. At any temperature T those are
 *
 * <pre>
 *   log p_k(c) = t_k(c) / T − log Σ_j exp(t_k(j) / T)
 *
 *   Σ_k w_k log p_k(c) = (Σ_k w_k t_k(c)) / T − a constant for all classes
 * </pre>
 *
 * and softmax drops a constant: so the mean of the logits, t = Σ_k w_k t_k, teaches just that. The
 * weights of those that answered sum to 1.
 *
 * <p>Weighed by accuracy, w_k is proportional to exp(A_k / width), with A_k the fading accuracy of
 * teacher k on the labels that arrived for its answers: 1/2 at first, and then fading · A_k + (1 −
 * fading) · [right]. The first {@link TeacherSettings#MOST} teachers are known by their names; of
 * any other it is never known how right it was. <i>Owned by the learner.</i>
 */
final class Teachers {
    private static final String NAME = "teachers";
    private static final double UNKNOWN = 0.5;

    private final TeacherSettings settings;
    private final List<String> names = new ArrayList<>();
    private final double[] accuracies = new double[TeacherSettings.MOST];

    /** Knows no teacher yet. */
    Teachers(TeacherSettings settings) {
        this.settings = settings;
        Arrays.fill(accuracies, UNKNOWN);
    }

    /** The pair with what its teachers say together, by the weights as they are now. */
    Pair weigh(Pair pair) {
        for (Answer answer : pair.answers()) {
            if (names.size() < TeacherSettings.MOST && !names.contains(answer.teacherId())) {
                names.add(answer.teacherId());
            }
        }
        return pair.answers().size() < 2 ? pair : pair.taught(mean(pair.answers()));
    }

    private Logits mean(List<Answer> answers) {
        double[] weights = weights(answers.stream().map(Answer::teacherId).toList());
        float[] mean = new float[answers.get(0).logits().classes()];
        for (int c = 0; c < mean.length; c++) {
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                sum += weights[k] * answers.get(k).logits().values()[c];
            }
            mean[c] = (float) sum;
        }
        return Logits.owning(mean).with(hints(answers, weights));
    }

    /** Layers of several teachers have no mean: of those that gave any, the weightiest counts. */
    private static List<float[]> hints(List<Answer> answers, double[] weights) {
        List<float[]> hints = List.of();
        double most = -1;
        for (int k = 0; k < weights.length; k++) {
            List<float[]> own = answers.get(k).logits().hints();
            if (!own.isEmpty() && weights[k] > most) {
                hints = own;
                most = weights[k];
            }
        }
        return hints;
    }

    /** Weights with the sum 1; all are 0 when none of the teachers has a weight. */
    private double[] weights(List<String> ids) {
        double best = ids.stream().mapToDouble(this::accuracy).max().orElse(UNKNOWN);
        double[] weights =
                ids.stream()
                        .mapToDouble(
                                id ->
                                        switch (settings.weighting()) {
                                            case EQUAL -> 1;
                                            case FIXED -> settings.weights().getOrDefault(id, 0.0);
                                            case ACCURACY ->
                                                    StrictMath.exp(
                                                            (accuracy(id) - best)
                                                                    / settings.width());
                                        })
                        .toArray();
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        for (int k = 0; k < weights.length && sum > 0; k++) {
            weights[k] /= sum;
        }
        return weights;
    }

    private double accuracy(String id) {
        int number = names.indexOf(id);
        return number < 0 ? UNKNOWN : accuracies[number];
    }

    /**
     * The class that each teacher chose.
     *
     * @return by the teacher's number, in the order in which they became known; {@link
     *     Prediction#NONE} where it did not answer
     */
    List<Integer> choices(Pair pair) {
        Integer[] choices = new Integer[names.size()];
        Arrays.fill(choices, Prediction.NONE);
        int length = 0;
        for (Answer answer : pair.answers()) {
            int number = names.indexOf(answer.teacherId());
            if (number >= 0) {
                choices[number] = answer.logits().argmax();
                length = Math.max(length, number + 1);
            }
        }
        return List.of(choices).subList(0, length);
    }

    /**
     * A label arrived.
     *
     * @param choices as {@link #choices} gave them for its sample
     */
    void scored(List<Integer> choices, int label) {
        for (int number = 0; number < choices.size(); number++) {
            if (choices.get(number) != Prediction.NONE) {
                double right = choices.get(number) == label ? 1 : 0;
                accuracies[number] =
                        settings.fading() * accuracies[number] + (1 - settings.fading()) * right;
            }
        }
    }

    /** All known teachers, in the order in which they became known. */
    List<Adaptation.Teacher> standings() {
        double[] weights = weights(names);
        return IntStream.range(0, weights.length)
                .mapToObj(
                        number ->
                                new Adaptation.Teacher(
                                        names.get(number), weights[number], accuracies[number]))
                .toList();
    }

    void save(StateWriter state) {
        long[] bits = new long[names.size()];
        for (int number = 0; number < bits.length; number++) {
            bits[number] = Double.doubleToRawLongBits(accuracies[number]);
            state.text(name(number), names.get(number));
        }
        state.longs(NAME, bits);
    }

    void restore(LearnerState state) {
        names.clear();
        for (long bits : state.longs(NAME)) {
            accuracies[names.size()] = Double.longBitsToDouble(bits);
            names.add(state.text(name(names.size())));
        }
    }

    private static String name(int number) {
        return NAME + "." + number;
    }
}
