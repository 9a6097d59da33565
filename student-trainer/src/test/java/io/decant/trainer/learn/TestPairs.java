package io.decant.trainer.learn;

import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import io.decant.records.PairKind;
import io.decant.trainer.drift.DriftSettings;
import io.decant.trainer.gate.GateSettings;
import io.decant.trainer.quality.QualitySettings;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Small models and pairs for tests: 12 bytes of input, 4 classes. */
final class TestPairs {
    static final int INPUTS = 12;
    static final int CLASSES = 4;

    private TestPairs() {}

    static LearningSettings settings(boolean shadow) {
        ModelSpec spec =
                ModelSpec.mlp(
                        List.of(INPUTS, 16, CLASSES),
                        new InputSpec(DType.U8, List.of(INPUTS), 1 / 255.0, 0.5, 0.3));
        return new LearningSettings(
                spec,
                StepSettings.defaults(),
                0.7,
                shadow,
                LearningSettings.Initial.UNIFORM,
                7,
                1000,
                ErrorFeedback.DEFAULT);
    }

    /** With everything that adapts, and such that it does within some hundred pairs. */
    static LearningSettings adapting() {
        return settings(true)
                .with(
                        new AdaptationSettings(
                                new RehearsalSettings(100, 1 << 20, 32),
                                new TrustSettings(true, 0.02, 0.99, 0.1),
                                new DriftSettings(
                                        DriftSettings.Detector.ADWIN,
                                        List.of(DriftSettings.Reaction.values()),
                                        100,
                                        200,
                                        2,
                                        0.5,
                                        8,
                                        3,
                                        0.005,
                                        50,
                                        0.9999),
                                new QualitySettings(64, List.of("place"), 20),
                                new TeacherSettings(
                                        TeacherSettings.Weighting.ACCURACY, Map.of(), 0.02, 0.99)));
    }

    /** With a shadow. */
    static LearningSettings withGate(GateSettings gate) {
        LearningSettings without = settings(true);
        return new LearningSettings(
                without.spec(),
                without.step(),
                without.alpha(),
                without.shadow(),
                without.initialWeights(),
                without.seed(),
                without.predictionCapacity(),
                without.feedback(),
                gate,
                Optional.empty());
    }

    static Pair pair(PairKind kind, String id, RandomGenerator random) {
        byte[] features = new byte[INPUTS];
        random.nextBytes(features);
        return pair(kind, id, features, random);
    }

    static Pair pair(PairKind kind, String id, byte[] features, RandomGenerator random) {
        float[] logits = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            logits[c] = (float) (4 * random.nextGaussian());
        }
        int label = random.nextInt(CLASSES);
        boolean teacher = kind == PairKind.LABELLED || kind == PairKind.SOFT_ONLY;
        boolean labelled =
                kind == PairKind.LABELLED
                        || kind == PairKind.LABEL_CORRECTION
                        || kind == PairKind.LABEL_ONLY;
        return new Pair(
                kind,
                id,
                ByteBuffer.wrap(features),
                teacher ? Optional.of(Logits.owning(logits)) : Optional.empty(),
                labelled ? Optional.of(LabelClass.of(label)) : Optional.empty(),
                teacher ? "t" : "",
                1_000);
    }

    /** Every second pair has a second teacher, of the opposite mind; every third, a third. */
    private static Pair withMoreTeachers(Pair pair, int i) {
        if (pair.answers().isEmpty()) {
            return pair;
        }
        List<Answer> answers = new java.util.ArrayList<>();
        Answer first = pair.answers().get(0);
        answers.add(first);
        if (i % 2 == 0) {
            float[] opposite = first.logits().values().clone();
            for (int c = 0; c < opposite.length; c++) {
                opposite[c] = -opposite[c];
            }
            answers.add(new Answer("u", Logits.owning(opposite)));
        }
        if (i % 3 == 0) {
            answers.add(0, new Answer("v", Logits.owning(new float[CLASSES])));
        }
        return new Pair(
                pair.kind(),
                pair.sampleId(),
                pair.features(),
                answers,
                pair.label(),
                pair.eventTimeMillis(),
                pair.attributes());
    }

    /**
     * A journal of every kind: mostly live pairs, some labelled, and corrections of earlier ones.
     */
    static List<Pair> journal(int size, RandomGenerator random) {
        List<Pair> pairs = new java.util.ArrayList<>();
        List<Pair> unlabelled = new java.util.ArrayList<>();
        for (int i = 0; i < size; i++) {
            double dice = random.nextDouble();
            if (dice < 0.3 && !unlabelled.isEmpty()) {
                Pair earlier = unlabelled.remove(random.nextInt(unlabelled.size()));
                pairs.add(
                        new Pair(
                                PairKind.LABEL_CORRECTION,
                                earlier.sampleId(),
                                earlier.features(),
                                Optional.empty(),
                                Optional.of(LabelClass.of(random.nextInt(CLASSES))),
                                "",
                                earlier.eventTimeMillis()));
            } else {
                PairKind kind =
                        dice < 0.55
                                ? PairKind.LABELLED
                                : dice < 0.95
                                        ? PairKind.SOFT_ONLY
                                        : dice < 0.98 ? PairKind.LABEL_ONLY : PairKind.GATE;
                Pair pair = withMoreTeachers(pair(kind, "s" + i, random), i);
                if (kind == PairKind.SOFT_ONLY) {
                    unlabelled.add(pair);
                }
                pairs.add(pair);
            }
        }
        return pairs;
    }
}
