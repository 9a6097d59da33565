package io.decant.bench.precision;

import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Spread;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.model.forward.MlpForward;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.Precision;
import io.decant.model.step.StepSettings;
import io.decant.model.torch.Torch;
import io.decant.model.training.TeacherTraining;
import io.decant.model.training.TeacherTrainingSettings;
import io.decant.model.training.TrainedTeacher;
import io.decant.records.PairKind;
import io.decant.trainer.learn.LabelClass;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.LearningSettings;
import io.decant.trainer.learn.Logits;
import io.decant.trainer.learn.Pair;
import io.decant.trainer.learn.PredictionListener;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What bf16 costs in accuracy: the demo's stream, from a teacher of the first half of the training
 * files to students of the second, learned once in each precision with everything else equal.
 * <i>Owned by the main thread.</i>
 */
@Command(
        name = "precision",
        mixinStandardHelpOptions = true,
        description = "Accuracy of a student that learns in bf16 against one in fp32.")
public final class PrecisionBenchmark implements Callable<Integer> {
    private static final int HIDDEN = 128;
    private static final int PREDICTIONS = 65_536;

    @Option(
            names = "--dataset",
            defaultValue = "${env:DECANT_HOME}/datasets/mnist",
            description = "Folder of IDX files. Default: the repository's MNIST.")
    private Path dataset;

    @Option(
            names = "--seeds",
            split = ",",
            defaultValue = "1,2,3",
            description =
                    "Of teacher, initial weights and order of the stream. Default: ${DEFAULT-VALUE}.")
    private List<Long> seeds;

    private final PrintStream out = System.out;

    /** Shares of right answers: of all test images at the end, and of the stream as it went by. */
    private record Accuracy(double holdout, double prequential) {}

    @Override
    public Integer call() {
        out.println(Machine.describe());
        IdxDataset data = IdxDataset.open(dataset);
        out.printf("%s, %s%n", Torch.engineDescription(), dataset);
        List<Double> losses = new ArrayList<>();
        for (long seed : seeds) {
            int half = data.training().size() / 2;
            TrainedTeacher teacher =
                    TeacherTraining.train(
                            data, 0, half, TeacherTrainingSettings.defaults(seed), epoch -> {});
            List<Pair> stream = stream(data.training(), half, teacher, seed);
            Map<Precision, Accuracy> found = new EnumMap<>(Precision.class);
            for (Precision precision : Precision.values()) {
                found.put(precision, learn(data, teacher, stream, precision, seed));
            }
            losses.add(print(seed, teacher, found));
        }
        out.printf(
                "points of hold-out accuracy that bf16 loses, median [least to greatest]: %s%n",
                Spread.of(losses).text(2));
        return 0;
    }

    /** The second half of the training files, shuffled, with the teacher's answers and labels. */
    private static List<Pair> stream(IdxSplit split, int from, TrainedTeacher teacher, long seed) {
        MlpForward forward = new MlpForward(teacher.spec());
        MlpForward.Weights weights = forward.weights(teacher.weights());
        List<Integer> order = new ArrayList<>(IntStream.range(from, split.size()).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        List<Pair> pairs = new ArrayList<>();
        for (int index : order) {
            byte[] sample = split.sample(index);
            float[] logits = new float[teacher.spec().classCount()];
            forward.logits(weights, sample, 0, logits);
            pairs.add(
                    new Pair(
                            PairKind.LABELLED,
                            "s-" + index,
                            ByteBuffer.wrap(sample),
                            Optional.of(Logits.owning(logits)),
                            Optional.of(LabelClass.of(split.label(index))),
                            "teacher",
                            0));
        }
        return pairs;
    }

    private static Accuracy learn(
            IdxDataset data,
            TrainedTeacher teacher,
            List<Pair> stream,
            Precision precision,
            long seed) {
        ModelSpec spec =
                ModelSpec.mlp(
                                List.of(
                                        teacher.spec().input().size(),
                                        HIDDEN,
                                        teacher.spec().classCount()),
                                teacher.spec().input())
                        .with(precision);
        LearningSettings settings =
                new LearningSettings(
                        spec,
                        StepSettings.defaults(),
                        0.7,
                        false,
                        LearningSettings.Initial.UNIFORM,
                        seed,
                        PREDICTIONS,
                        ErrorFeedback.DEFAULT);
        try (Learner learner = Learner.genesis(settings, PredictionListener.NONE)) {
            stream.forEach(learner::take);
            learner.learnRest();
            LearnerState state =
                    learner.snapshot(new LearnerState.Header("m", 0, "", List.of(), Map.of()));
            float[] average = new float[spec.parameterCount()];
            state.studentAverage().asFloatBuffer().get(average);
            return new Accuracy(
                    holdout(spec, average, data.test()),
                    learner.prequential().student().cumulative().orElseThrow());
        }
    }

    private static double holdout(ModelSpec spec, float[] weights, IdxSplit test) {
        MlpForward forward = new MlpForward(spec);
        MlpForward.Weights ready = forward.weights(weights);
        long right =
                IntStream.range(0, test.size())
                        .filter(
                                i -> {
                                    float[] logits = new float[spec.classCount()];
                                    forward.logits(ready, test.sample(i), 0, logits);
                                    return Logits.owning(logits).argmax() == test.label(i);
                                })
                        .count();
        return (double) right / test.size();
    }

    /** Prints a line; returns the points of hold-out accuracy that bf16 lost. */
    private double print(long seed, TrainedTeacher teacher, Map<Precision, Accuracy> found) {
        Accuracy exact = found.get(Precision.FP32);
        Accuracy reduced = found.get(Precision.BF16);
        out.printf(
                Locale.ROOT,
                "seed %d: teacher %.2f %%, hold-out fp32 %.2f %% bf16 %.2f %%, prequential fp32 %.2f %% bf16 %.2f %%%n",
                seed,
                100 * teacher.holdoutAccuracy(),
                100 * exact.holdout(),
                100 * reduced.holdout(),
                100 * exact.prequential(),
                100 * reduced.prequential());
        return 100 * (exact.holdout() - reduced.holdout());
    }
}
