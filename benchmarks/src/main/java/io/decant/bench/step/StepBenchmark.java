package io.decant.bench.step;

import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Repetitions;
import io.decant.bench.measure.Spread;
import io.decant.bench.measure.Timing;
import io.decant.bench.step.Task.Batch;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.spec.InitialWeights;
import io.decant.model.step.TrainingStep;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The generated training step against DJL's own ways to train the same student on the same records,
 * in turn, in one JVM and on one thread. Before anything is measured all contenders must have
 * learned the same. <i>Owned by the main thread.</i>
 */
@Command(
        name = "step",
        mixinStandardHelpOptions = true,
        description = "One training step against DJL's EasyTrain and a loop on DJL's blocks.")
public final class StepBenchmark implements Callable<Integer> {
    private static final String FUSED = "fused step";

    /** Steps after which losses are compared: enough to learn, too few for rounding to grow. */
    private static final int CHECKED_STEPS = 40;

    /** DJL's Adam adds epsilon at another place, so weights agree only about. */
    private static final double LOSS_TOLERANCE = 0.01;

    @Option(
            names = "--rows",
            split = ",",
            defaultValue = "32,64,256,1024",
            description = "Rows of a step. Default: ${DEFAULT-VALUE}.")
    private List<Integer> rowCounts;

    @Option(
            names = "--repetitions",
            defaultValue = "9",
            description = "Turns of each contender. Default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(
            names = "--samples",
            defaultValue = "40000",
            description =
                    "Samples a turn, one pass over the first of the training files. Default: ${DEFAULT-VALUE}.")
    private int samples;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of records and initial weights. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--dataset",
            defaultValue = "${env:DECANT_HOME}/datasets/mnist",
            description = "Folder of IDX files. Default: the repository's MNIST.")
    private Path dataset;

    @Option(
            names = "--student",
            defaultValue =
                    "${env:DECANT_HOME}/benchmarks/src/main/resources/students/perceptron.pt",
            description = "The same student as PyTorch saved it. Default: the benchmark's own.")
    private Path student;

    private final PrintStream out = System.out;

    @Override
    public Integer call() {
        Torch.start(new TorchSettings(1));
        out.println(Machine.describe());
        out.printf(
                "%s, fp32, Adam, loss of teacher and label, %d turns of each contender%n",
                Torch.engineDescription(), repetitions);
        out.println("Every step starts from raw records: bytes of an image, logits, a label.");
        IdxSplit training = IdxDataset.open(dataset).training();
        rowCounts.forEach(rows -> measure(Task.of(training, samples, rows, seed)));
        return 0;
    }

    private void measure(Task task) {
        float[] start = InitialWeights.uniform(task.student(), seed);
        Map<String, Contender> contenders = new LinkedHashMap<>();
        contenders.put(FUSED, new FusedStep(task, start));
        contenders.put("step of a .pt", FusedStep.ofFile(task, student, start));
        contenders.put("DJL EasyTrain", new EasyTrainLoop(task, start));
        contenders.put("loop on DJL blocks", new BlocksLoop(task, start));
        try {
            contenders.values().forEach(contender -> run(contender, task, CHECKED_STEPS));
            requireEqualLearning(contenders, task, start);
            int steps = task.batches().size();
            Map<String, Supplier<Timing>> turns = new LinkedHashMap<>();
            contenders.forEach(
                    (name, contender) ->
                            turns.put(name, () -> Timing.of(() -> run(contender, task, steps))));
            Repetitions.inTurn(2, turns); // Warm-up.
            print(task, Repetitions.inTurn(repetitions, turns));
        } finally {
            contenders.values().forEach(Contender::close);
        }
    }

    private static void run(Contender contender, Task task, int steps) {
        List<Batch> batches = task.batches();
        for (int i = 0; i < steps; i++) {
            contender.step(batches.get(i % batches.size()));
        }
    }

    private void requireEqualLearning(Map<String, Contender> contenders, Task task, float[] start) {
        try (TrainingStep judge = TrainingStep.create(task.student(), Task.SETTINGS, task.rows())) {
            double before = loss(judge, task, start);
            double expected = loss(judge, task, contenders.get(FUSED).weights());
            out.printf(
                    Locale.ROOT,
                    "%nStudent %s, %d rows: loss %.4f, after %d steps",
                    task.student().mlp().dims(),
                    task.rows(),
                    before,
                    CHECKED_STEPS);
            contenders.forEach(
                    (name, contender) -> {
                        double loss = loss(judge, task, contender.weights());
                        out.printf(Locale.ROOT, "  %s %.4f", name, loss);
                        if (!(loss < before / 2
                                && Math.abs(loss - expected) <= LOSS_TOLERANCE * expected)) {
                            throw new IllegalStateException(
                                    "%s must learn what the others learn: loss %f from %f, expected %f within %s of it"
                                            .formatted(
                                                    name, loss, before, expected, LOSS_TOLERANCE));
                        }
                    });
            out.println();
        }
    }

    /** Mean over all rows of the task. */
    private static double loss(TrainingStep judge, Task task, float[] weights) {
        judge.initialise(weights);
        return task.batches().stream()
                .mapToDouble(
                        batch -> {
                            FusedStep.fill(judge, batch);
                            return judge.loss(batch.rows());
                        })
                .average()
                .orElseThrow();
    }

    private void print(Task task, Map<String, List<Timing>> timings) {
        int steps = task.batches().size();
        out.printf(
                "%-20s %-28s %-28s %12s %-22s %-22s%n",
                "turns of " + steps + " steps",
                "CPU us a step",
                "wall us a step",
                "samples/s",
                "CPU, fused is faster by",
                "wall");
        timings.forEach(
                (name, turns) -> {
                    Spread cpu = Spread.of(micros(turns, Timing::cpuNanos, steps));
                    Spread wall = Spread.of(micros(turns, Timing::wallNanos, steps));
                    out.printf(
                            Locale.ROOT,
                            "%-20s %-28s %-28s %12.0f %-22s %-22s%n",
                            name,
                            cpu.text(0),
                            wall.text(0),
                            task.rows() * 1e6 / cpu.median(),
                            ratio(timings, name, Timing::cpuNanos),
                            ratio(timings, name, Timing::wallNanos));
                });
    }

    private static String ratio(
            Map<String, List<Timing>> timings, String name, Function<Timing, Long> nanos) {
        return name.equals(FUSED)
                ? ""
                : Spread.ofRatios(
                                micros(timings.get(name), nanos, 1),
                                micros(timings.get(FUSED), nanos, 1))
                        .text(2);
    }

    private static List<Double> micros(
            List<Timing> turns, Function<Timing, Long> nanos, int steps) {
        return turns.stream().map(turn -> nanos.apply(turn) / 1e3 / steps).toList();
    }
}
