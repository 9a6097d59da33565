package io.decant.teacher.training;

import io.decant.dataset.IdxDataset;
import io.decant.model.digest.Sha256;
import io.decant.model.training.TeacherTraining;
import io.decant.model.training.TeacherTrainingSettings;
import io.decant.model.training.TrainedTeacher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Trains a teacher on part of a dataset's training files and writes it as one TorchScript file. The
 * file appears whole or not at all. The test files choose nothing; they are only scored.
 * <i>Thread-safe.</i>
 */
public final class TrainTeacher {
    private TrainTeacher() {}

    /**
     * What to train.
     *
     * @param dataset folder with IDX files named as MNIST's, plain or gzip
     * @param range samples to learn; empty = the first half
     * @param out the file to write; its folder exists
     */
    public record Order(
            Path dataset,
            Optional<SampleRange> range,
            Path out,
            TeacherTrainingSettings settings) {}

    /** Hears how the training goes; called on the training thread. */
    public interface Listener {
        /** The dataset was read. */
        void started(IdxDataset dataset, SampleRange range);

        /**
         * One pass over the samples is done.
         *
         * @param epoch passes done, from 1
         * @param of passes in all
         */
        void epochDone(int epoch, int of, Duration since);
    }

    /**
     * What came out.
     *
     * @param version first 8 bytes of the file's SHA-256 in hexadecimal, as in every soft target
     * @param dims widths of the layers, input and classes included
     * @param holdoutAccuracy share of the test files' samples that it classifies right
     */
    public record Summary(
            Path file,
            long fileBytes,
            String version,
            SampleRange range,
            List<Integer> dims,
            int testSamples,
            double holdoutAccuracy,
            Duration took) {}

    /**
     * Trains and writes.
     *
     * @throws IllegalArgumentException if the range does not fit the dataset or the file cannot be
     *     where it is asked for, before anything is trained
     * @throws io.decant.dataset.InvalidDatasetException if the dataset is missing or broken
     * @throws UncheckedIOException if the file cannot be written
     */
    public static Summary run(Order order, Listener listener, InstantSource clock) {
        Path out = order.out().toAbsolutePath();
        if (!Files.isDirectory(out.getParent()) || Files.isDirectory(out)) {
            throw new IllegalArgumentException(
                    "the teacher cannot be written to "
                            + out
                            + "; expected the name of a file in a folder that exists");
        }
        Instant begun = clock.instant();
        IdxDataset dataset = IdxDataset.open(order.dataset());
        int samples = dataset.training().size();
        SampleRange range =
                order.range().orElseGet(() -> SampleRange.firstHalf(samples)).within(samples);
        listener.started(dataset, range);
        TrainedTeacher teacher =
                TeacherTraining.train(
                        dataset,
                        range.from(),
                        range.to(),
                        order.settings(),
                        epoch ->
                                listener.epochDone(
                                        epoch,
                                        order.settings().epochs(),
                                        Duration.between(begun, clock.instant())));
        byte[] archive = teacher.archive();
        write(archive, out);
        return new Summary(
                out,
                archive.length,
                HexFormat.of().formatHex(Sha256.prefix(Sha256.of(archive))),
                range,
                teacher.spec().mlp().dims(),
                dataset.test().size(),
                teacher.holdoutAccuracy(),
                Duration.between(begun, clock.instant()));
    }

    private static void write(byte[] archive, Path out) {
        try {
            Path whole = out.resolveSibling(out.getFileName() + ".part");
            try {
                Files.write(whole, archive);
                Files.move(
                        whole,
                        out,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(whole);
            }
        } catch (IOException refused) {
            throw new UncheckedIOException(
                    "the teacher cannot be written to "
                            + out
                            + " ("
                            + refused.getMessage()
                            + "); check that the folder may be written and has room",
                    refused);
        }
    }
}
