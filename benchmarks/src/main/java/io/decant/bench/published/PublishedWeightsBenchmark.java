package io.decant.bench.published;

import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Spread;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.Delta;
import io.decant.model.forward.MlpForward;
import io.decant.model.random.SplitMix64;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import io.decant.model.step.TrainingStep;
import io.decant.model.training.TeacherTraining;
import io.decant.model.training.TeacherTrainingSettings;
import io.decant.model.training.TrainedTeacher;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * How far the published weights e_n are behind the average that they follow, in accuracy on the
 * test split, and how an i8 anchor answers against the exact one. No Kafka: training step, delta
 * and forward pass of the product, on a data set's second half; the teacher learned the first.
 * <i>Owned by the main thread.</i>
 */
@Command(
        name = "published-weights",
        mixinStandardHelpOptions = true,
        description = "Hold-out accuracy of e_n against that of the average, and i8 against f32.",
        footer = {
            "",
            "Example: benchmarks/run published-weights /usr/share/datasets/fashion-mnist"
        })
public final class PublishedWeightsBenchmark implements Callable<Integer> {
    private static final int ROWS = 32;
    private static final float ALPHA = 0.7f;
    private static final int ANCHOR_EVERY = 10;

    @Parameters(paramLabel = "DATASET", description = "Folder of IDX files.")
    private Path folder;

    @Option(
            names = "--every",
            defaultValue = "1000",
            description = "Samples between versions; default: ${DEFAULT-VALUE}.")
    private int every;

    @Option(
            names = "--share",
            defaultValue = "0.05",
            description = "Share of the weights in a delta; default: ${DEFAULT-VALUE}.")
    private double share;

    @Option(
            names = "--seeds",
            defaultValue = "3",
            description = "Runs, with seeds from 1; default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Spec private CommandSpec commandSpec;

    /** What one version shows on the test split, in points and bytes. */
    private record Row(
            int samples,
            double average,
            double published,
            double rounded,
            double agreement,
            int bytes) {}

    @Override
    public Integer call() {
        PrintWriter out = commandSpec.commandLine().getOut();
        out.println(Machine.describe());
        IdxDataset dataset = IdxDataset.open(folder);
        List<List<Row>> runs = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            runs.add(run(dataset, seed));
            out.printf("seed %d done%n", seed);
            out.flush();
        }
        out.printf(
                "%8s  %-24s %-24s %-24s %-26s %s%n",
                "samples",
                "average, %",
                "e_n minus it, points",
                "with i8 anchors",
                "i8 agrees with f32, %",
                "delta, bytes");
        for (int i = 0; i < runs.get(0).size(); i++) {
            int version = i;
            List<Row> rows = runs.stream().map(run -> run.get(version)).toList();
            out.printf(
                    "%,8d  %-24s %-24s %-24s %-26s %s%n",
                    rows.get(0).samples(),
                    Spread.of(rows.stream().map(Row::average).toList()).text(2),
                    Spread.of(rows.stream().map(r -> r.published() - r.average()).toList()).text(2),
                    Spread.of(rows.stream().map(r -> r.rounded() - r.average()).toList()).text(2),
                    Spread.of(rows.stream().map(Row::agreement).toList()).text(2),
                    Spread.of(rows.stream().map(r -> (double) r.bytes()).toList()).text(0));
        }
        out.flush();
        return 0;
    }

    private List<Row> run(IdxDataset dataset, long seed) {
        IdxSplit samples = dataset.training();
        int half = samples.size() / 2;
        TrainedTeacher teacher =
                TeacherTraining.train(
                        dataset, 0, half, TeacherTrainingSettings.defaults(seed), epoch -> {});
        MlpForward teacherForward = new MlpForward(teacher.spec());
        MlpForward.Weights teacherWeights = teacherForward.weights(teacher.weights());
        ModelSpec spec =
                ModelSpec.mlp(
                        List.of(samples.sampleBytes(), 128, dataset.classCount()),
                        samples.standardisedBy(0, half));
        float[] start = InitialWeights.uniform(spec, seed);
        float[] average = new float[spec.parameterCount()];
        float[] exact = null;
        float[] rounded = null;
        List<Row> rows = new ArrayList<>();
        int version = 0;
        int[] order = order(half, samples.size(), seed);
        float[] logits = new float[spec.classCount()];
        try (TrainingStep step = TrainingStep.create(spec, StepSettings.defaults(), ROWS)) {
            step.initialise(start);
            for (int at = 0; at < order.length; at += ROWS) {
                int batch = Math.min(ROWS, order.length - at);
                for (int row = 0; row < batch; row++) {
                    byte[] pixels = samples.sample(order[at + row]);
                    teacherForward.logits(teacherWeights, pixels, 0, logits);
                    step.input(row, pixels, 0);
                    step.teacherLogits(row, logits);
                    step.label(row, samples.label(order[at + row]));
                    step.coefficients(row, ALPHA / ROWS, (1 - ALPHA) / ROWS);
                }
                step.step(batch);
                if ((at + batch) / every == at / every && at + batch < order.length) {
                    continue;
                }
                version++;
                step.ema().asFloatBuffer().get(average);
                int bytes = 0;
                if (exact == null) {
                    exact = average.clone();
                    rounded = average.clone();
                    AnchorEncoding.I8_ROW.round(spec, rounded);
                } else {
                    bytes = publish(spec, exact, average, AnchorEncoding.F32);
                    publish(
                            spec,
                            rounded,
                            average,
                            version % ANCHOR_EVERY == 0
                                    ? AnchorEncoding.I8_ROW
                                    : AnchorEncoding.F32);
                }
                if (version % 4 == 0) {
                    rows.add(row(dataset, spec, at + batch, average, exact, rounded, bytes));
                }
            }
        }
        return rows;
    }

    private int publish(
            ModelSpec spec, float[] published, float[] average, AnchorEncoding rounding) {
        Delta delta = Delta.between(published, average, (int) (share * published.length), rounding);
        delta.addTo(spec, published);
        return delta.toBytes().length;
    }

    private static Row row(
            IdxDataset dataset,
            ModelSpec spec,
            int samples,
            float[] average,
            float[] exact,
            float[] rounded,
            int bytes) {
        int[] byAverage = predictions(dataset.test(), spec, average);
        float[] small = average.clone();
        AnchorEncoding.I8_ROW.round(spec, small);
        int[] bySmall = predictions(dataset.test(), spec, small);
        int equal = 0;
        for (int i = 0; i < byAverage.length; i++) {
            equal += byAverage[i] == bySmall[i] ? 1 : 0;
        }
        return new Row(
                samples,
                accuracy(dataset.test(), byAverage),
                accuracy(dataset.test(), predictions(dataset.test(), spec, exact)),
                accuracy(dataset.test(), predictions(dataset.test(), spec, rounded)),
                100.0 * equal / byAverage.length,
                bytes);
    }

    private static int[] predictions(IdxSplit split, ModelSpec spec, float[] weights) {
        MlpForward forward = new MlpForward(spec);
        MlpForward.Weights ready = forward.weights(weights);
        float[] logits = new float[spec.classCount()];
        return IntStream.range(0, split.size())
                .map(
                        i -> {
                            forward.logits(ready, split.sample(i), 0, logits);
                            int best = 0;
                            for (int c = 1; c < logits.length; c++) {
                                best = logits[c] > logits[best] ? c : best;
                            }
                            return best;
                        })
                .toArray();
    }

    private static double accuracy(IdxSplit split, int[] predictions) {
        int right = 0;
        for (int i = 0; i < predictions.length; i++) {
            right += predictions[i] == split.label(i) ? 1 : 0;
        }
        return 100.0 * right / predictions.length;
    }

    /** Samples [from, to) in an order that the seed decides (Fisher and Yates, 1938). */
    private static int[] order(int from, int to, long seed) {
        int[] order = IntStream.range(from, to).toArray();
        for (int i = order.length - 1; i > 0; i--) {
            int j = (int) (SplitMix64.unit(seed, i) * (i + 1));
            int other = order[j];
            order[j] = order[i];
            order[i] = other;
        }
        return order;
    }
}
