package io.decant.cli;

import io.decant.dataset.IdxDataset;
import io.decant.model.training.TeacherTrainingSettings;
import io.decant.teacher.training.SampleRange;
import io.decant.teacher.training.TrainTeacher;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a teacher on a data set. */
@Command(
        name = "train-teacher",
        mixinStandardHelpOptions = true,
        description =
                "Trains a teacher (two hidden layers, 512 and 256 wide) on part of the training files and writes it as TorchScript.",
        footer = {"", "Example: decant train-teacher --dataset datasets/mnist --out teacher.pt"})
final class TrainTeacherCommand implements Callable<Integer> {
    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "DIR",
            description = "Folder with IDX files named as MNIST's, plain or gzip.")
    private Path dataset;

    @Option(
            names = "--range",
            paramLabel = "A:B",
            description = "Training samples to learn, in file order; default: the first half.")
    private String range;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE.pt",
            description = "The file to write.")
    private Path out;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Fixes initial weights, order and dropout; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter console = spec.commandLine().getOut();
        TrainTeacher.Summary summary;
        try {
            Optional<SampleRange> samples = Optional.ofNullable(range).map(SampleRange::parse);
            summary =
                    TrainTeacher.run(
                            new TrainTeacher.Order(
                                    dataset, samples, out, TeacherTrainingSettings.defaults(seed)),
                            new Progress(console),
                            InstantSource.system());
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(spec.commandLine(), wrong.getMessage());
        }
        console.printf(
                "%s: %,d bytes, layers %s, learned samples %s in %.1f s, hold-out %.2f %% of %,d test samples, version %s%n",
                summary.file(),
                summary.fileBytes(),
                summary.dims(),
                summary.range(),
                summary.took().toMillis() / 1e3,
                100 * summary.holdoutAccuracy(),
                summary.testSamples(),
                summary.version());
        console.flush();
        return 0;
    }

    private record Progress(PrintWriter console) implements TrainTeacher.Listener {
        @Override
        public void started(IdxDataset dataset, SampleRange range) {
            console.printf(
                    "%s: learning samples %s of %,d%n",
                    dataset.name(), range, dataset.training().size());
            console.flush();
        }

        @Override
        public void epochDone(int epoch, int of, Duration since) {
            console.printf("epoch %d of %d, %.1f s%n", epoch, of, since.toMillis() / 1e3);
            console.flush();
        }
    }
}
