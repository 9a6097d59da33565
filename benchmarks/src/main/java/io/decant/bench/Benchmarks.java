package io.decant.bench;

import io.decant.bench.answer.AnswerBenchmark;
import io.decant.bench.classes.ManyClassesBenchmark;
import io.decant.bench.copy.CopyBenchmark;
import io.decant.bench.join.JoinBenchmark;
import io.decant.bench.pipeline.PipelineBenchmark;
import io.decant.bench.pipeline.WatchedBenchmark;
import io.decant.bench.precision.PrecisionBenchmark;
import io.decant.bench.published.PublishedWeightsBenchmark;
import io.decant.bench.reload.ReloadBenchmark;
import io.decant.bench.reload.UpdateBytesBenchmark;
import io.decant.bench.replay.ReplayBenchmark;
import io.decant.bench.serializer.SerializerBenchmark;
import io.decant.bench.step.StepBenchmark;
import io.decant.bench.teacher.TeacherBenchmark;
import io.decant.bench.trainer.CheckpointsBenchmark;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Ratios against peers that run in the same minutes on the same machine. Exit codes: 0 measured, 1
 * failed, 2 wrong usage. <i>Owned by the main thread.</i>
 */
@Command(
        name = "benchmarks/run",
        mixinStandardHelpOptions = true,
        description = "Measures Decant against peers in the same run.",
        synopsisSubcommandLabel = "BENCHMARK",
        subcommands = {
            StepBenchmark.class,
            PrecisionBenchmark.class,
            PipelineBenchmark.class,
            WatchedBenchmark.class,
            CheckpointsBenchmark.class,
            ReplayBenchmark.class,
            ReloadBenchmark.class,
            UpdateBytesBenchmark.class,
            PublishedWeightsBenchmark.class,
            AnswerBenchmark.class,
            ManyClassesBenchmark.class,
            CopyBenchmark.class,
            SerializerBenchmark.class,
            TeacherBenchmark.class,
            JoinBenchmark.class
        },
        footer = {"", "Example: benchmarks/run step --rows 32,256"})
public final class Benchmarks implements Runnable {
    @Spec private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(
                new CommandLine(new Benchmarks())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .execute(arguments));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which benchmark? See the list below.");
    }
}
