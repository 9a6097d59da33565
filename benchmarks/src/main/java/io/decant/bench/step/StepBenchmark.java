package io.decant.bench.step;

import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Repetitions;
import io.decant.bench.measure.Spread;
import io.decant.bench.measure.Timing;
import io.decant.bench.step.Task.Batch;
import io.decant.model.spec.InitialWeights;
import io.decant.model.step.TrainingStep;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchSettings;
import java.io.PrintStream;
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
    private static final int BATCHES = 8;

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
            description = "Samples a turn, rounded to steps. Default: ${DEFAULT-VALUE}.")
    private int samples;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of records and initial weights. Default: ${DEFAULT-VALUE}.")
    private long seed;

    private final PrintStream out = System.out;

    @Override
    public Integer call() {
        Torch.start(new TorchSettings(1));
        out.println(Machine.describe());
        out.printf(
                "%s, student %s in fp32, Adam, loss of teacher and label, %d turns of each contender%n",
                Torch.engineDescription(), Task.STUDENT.dims(), repetitions);
        out.println("Every step starts from raw records: 784 bytes, 10 logits, a label.");
        rowCounts.forEach(this::measure);
        return 0;
    }

    private void measure(int rows) {
        Task task = Task.generate(BATCHES, rows, seed);
        float[] start = InitialWeights.uniform(Task.STUDENT, seed);
        Map<String, Contender> contenders = new LinkedHashMap<>();
        contenders.put(FUSED, new FusedStep(rows, start));
        contenders.put("DJL EasyTrain", new EasyTrainLoop(rows, start));
        contenders.put("loop on DJL blocks", new BlocksLoop(rows, start));
        try {
            contenders.values().forEach(contender -> run(contender, task, CHECKED_STEPS));
            requireEqualLearning(contenders, task, start);
            int steps = Math.max(1, samples / rows);
            Map<String, Supplier<Timing>> turns = new LinkedHashMap<>();
            contenders.forEach(
                    (name, contender) ->
                            turns.put(name, () -> Timing.of(() -> run(contender, task, steps))));
            Repetitions.inTurn(2, turns); // Warm-up.
            print(rows, steps, Repetitions.inTurn(repetitions, turns));
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
        try (TrainingStep judge = TrainingStep.create(Task.STUDENT, Task.SETTINGS, task.rows())) {
            double before = loss(judge, task, start);
            double expected = loss(judge, task, contenders.get(FUSED).weights());
            out.printf(
                    Locale.ROOT,
                    "%n%d rows: loss %.4f, after %d steps",
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

    private void print(int rows, int steps, Map<String, List<Timing>> timings) {
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
                            rows * 1e6 / cpu.median(),
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
