package io.decant.bench.measure;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of benchmarks that take turns on images. <i>Owned by the main thread.</i> */
public final class ImageTurns {
    @Option(
            names = "--repetitions",
            defaultValue = "9",
            description = "Turns of each contender; default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(
            names = "--dataset",
            defaultValue = "${env:DECANT_HOME}/datasets/mnist",
            description = "Folder of IDX files; default: the repository's MNIST.")
    private Path dataset;

    public int repetitions() {
        return repetitions;
    }

    public Path dataset() {
        return dataset;
    }
}
