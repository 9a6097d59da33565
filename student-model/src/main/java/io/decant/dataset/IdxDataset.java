package io.decant.dataset;

import java.nio.file.Path;

/**
 * A folder with four IDX files named as MNIST's, plain or with {@code .gz}, of any sample shape:
 * samples of unsigned bytes or binary32, labels of unsigned bytes, shorts or ints. What a name says
 * of type and dimensions after {@code -idx} may differ; what counts stands in the file.
 * <i>Immutable.</i>
 *
 * @param folder where it was read from
 * @param training files {@code train-*}
 * @param test files {@code t10k-*}; same sample shape
 * @param classCount highest label of both + 1
 */
public record IdxDataset(Path folder, IdxSplit training, IdxSplit test, int classCount) {
    /**
     * Reads all four files. Throws {@link InvalidDatasetException} when one is missing or not as
     * expected.
     */
    public static IdxDataset open(Path folder) {
        IdxSplit training = IdxSplit.read(folder, "train");
        IdxSplit test = IdxSplit.read(folder, "t10k");
        if (!training.shape().equals(test.shape())) {
            throw new InvalidDatasetException(
                    folder
                            + ": training samples have shape "
                            + training.shape()
                            + ", test samples "
                            + test.shape()
                            + ": they must be equal");
        }
        if (training.dtype() != test.dtype()) {
            throw new InvalidDatasetException(
                    folder
                            + ": training samples are "
                            + training.dtype().text()
                            + ", test samples "
                            + test.dtype().text()
                            + ": they must be equal");
        }
        return new IdxDataset(
                folder,
                training,
                test,
                Math.max(2, Math.max(training.classCount(), test.classCount())));
    }

    /** The folder's own name: {@code mnist}. */
    public String name() {
        return folder.toAbsolutePath().normalize().getFileName().toString();
    }
}
