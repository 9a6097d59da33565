package io.decant.bench.pipeline;

import io.decant.bench.cluster.BenchCluster;
import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Spread;
import io.decant.bench.teacher.QuickTeacher;
import io.decant.dataset.IdxDataset;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The whole pipeline against what the same broker moves without a model. <i>Owned by the main
 * thread.</i>
 */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description =
                "Streams samples with labels through teacher, join, trainer and gateway (B = 32, a version a second, shadow off) and, in turn, the same"
                        + " bytes through the same broker exactly-once without any model.",
        footer = {"", "Example: benchmarks/run pipeline --samples 100000 --repetitions 3"})
public final class PipelineBenchmark implements Callable<Integer> {
    @Option(
            names = "--samples",
            defaultValue = "100000",
            description = "Samples of each run; default: ${DEFAULT-VALUE}.")
    private int samples;

    @Option(
            names = "--repetitions",
            defaultValue = "3",
            description =
                    "Runs of each that count, after one that does not; default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(
            names = "--dataset",
            paramLabel = "DIR",
            description = "Folder with IDX files; default: the MNIST that comes along.")
    private Path dataset;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A service's setting, for example joiner.store=memory; may be repeated.")
    private List<String> settings = List.of();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Machine.describe());
        try (BenchCluster cluster = BenchCluster.start()) {
            Path folder = cluster.folder();
            IdxDataset data =
                    IdxDataset.open(
                            dataset == null
                                    ? Path.of(
                                            System.getenv().getOrDefault("DECANT_HOME", "."),
                                            "datasets",
                                            "mnist")
                                    : dataset);
            Path teacher = folder.resolve("teacher.pt");
            QuickTeacher.write(data, teacher);
            List<Double> floor = new ArrayList<>();
            List<Double> pipeline = new ArrayList<>();
            List<Double> withShadow = new ArrayList<>();
            for (int turn = 0; turn <= repetitions; turn++) {
                double floorRate =
                        Floor.samplesPerSecond(cluster.installation("floor" + turn), data, samples);
                double rate =
                        PipelineRun.samplesPerSecond(
                                cluster.installation("run" + turn),
                                data,
                                samples,
                                teacher,
                                folder.resolve("run" + turn),
                                false,
                                settings);
                double shadowRate =
                        PipelineRun.samplesPerSecond(
                                cluster.installation("shadow" + turn),
                                data,
                                samples,
                                teacher,
                                folder.resolve("shadow" + turn),
                                true,
                                settings);
                out.printf(
                        "%-10s floor %,8.0f/s   pipeline %,8.0f/s   with the shadow %,8.0f/s   ratio %.2f%n",
                        turn == 0 ? "warm-up" : "run " + turn,
                        floorRate,
                        rate,
                        shadowRate,
                        rate / floorRate);
                out.flush();
                if (turn > 0) {
                    floor.add(floorRate);
                    pipeline.add(rate);
                    withShadow.add(shadowRate);
                }
            }
            out.printf(
                    "pipeline against floor: %s   pipeline %s samples/s   with the shadow %s samples/s   floor %s samples/s%n",
                    Spread.ofRatios(pipeline, floor).text(2),
                    Spread.of(pipeline).text(0),
                    Spread.of(withShadow).text(0),
                    Spread.of(floor).text(0));
            out.flush();
        }
        return 0;
    }
}
