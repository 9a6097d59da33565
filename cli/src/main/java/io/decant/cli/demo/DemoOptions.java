package io.decant.cli.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What the demo was asked to do. <i>Immutable.</i>
 *
 * @param dataset folder with IDX files named as MNIST's
 * @param teacher TorchScript file; empty = train one on the first half of the training files
 * @param student TorchScript file; empty = a perceptron
 * @param samples how many samples to stream, at least 1; empty = all that the teacher was not
 *     trained on
 * @param labelledShare share of samples whose label is produced, 0 to 1
 * @param labelDelay a label is produced this many samples after its sample, at least 0
 * @param labelNoise probability, 0 to 1, that a label names another class
 * @param shuffle stream in an order chosen by the seed; otherwise in file order
 * @param rate samples a second at the source, above 0; empty = as fast as the broker takes them
 * @param seed fixes data order, labels, initial weights and the teacher
 * @param report where to write the report as JSON
 * @param page where to write the page of the run; empty = nowhere
 * @param dataDir folder that outlives the run; empty = a temporary one
 * @param settings {@code KEY=VALUE}, keys such as {@code trainer.learning-rate}
 */
public record DemoOptions(
        Path dataset,
        Optional<Path> teacher,
        Optional<Path> student,
        OptionalInt samples,
        double labelledShare,
        int labelDelay,
        double labelNoise,
        boolean shuffle,
        OptionalDouble rate,
        long seed,
        Optional<Path> report,
        Optional<Path> page,
        Optional<Path> dataDir,
        List<String> settings) {

    public DemoOptions {
        settings = List.copyOf(settings);
        List<String> problems = new ArrayList<>();
        if (samples.isPresent() && samples.getAsInt() < 1) {
            problems.add("--samples must be at least 1, was " + samples.getAsInt());
        }
        if (!(labelledShare >= 0 && labelledShare <= 1)) {
            problems.add(
                    "--labels must be all, none or a share between 0 and 1, was " + labelledShare);
        }
        if (labelDelay < 0) {
            problems.add("--label-delay must be at least 0 samples, was " + labelDelay);
        }
        if (!(labelNoise >= 0 && labelNoise <= 1)) {
            problems.add("--label-noise must be between 0 and 1, was " + labelNoise);
        }
        if (rate.isPresent() && !(rate.getAsDouble() > 0 && Double.isFinite(rate.getAsDouble()))) {
            problems.add(
                    "--rate must be above 0 samples a second, or max, was " + rate.getAsDouble());
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }
}
