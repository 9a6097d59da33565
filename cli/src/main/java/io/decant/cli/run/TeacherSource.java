package io.decant.cli.run;

import io.decant.cli.CommandFailure;
import io.decant.dataset.IdxDataset;
import io.decant.model.digest.Sha256;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.model.training.TeacherTrainingSettings;
import io.decant.teacher.training.SampleRange;
import io.decant.teacher.training.TrainTeacher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The demo's teacher: the file that was given, or one trained on the first half of the training
 * files. Teachers that were trained are kept, by everything that made them, so that a later run
 * need not train again. <i>Immutable.</i>
 *
 * @param file TorchScript file
 * @param trainedInRun true when it was trained just now
 * @param overlap whether it may know streamed samples: {@code none} or {@code unknown}
 * @param candidates training samples that may be streamed, in file order
 */
public record TeacherSource(
        Path file, boolean trainedInRun, String overlap, List<Integer> candidates) {

    /**
     * The folder of teachers that were trained: what the variable DECANT_CACHE names, else one in
     * the project's folder.
     */
    public static Path cache(Path home) {
        String cache = System.getenv("DECANT_CACHE");
        return cache == null ? home.resolve(".decant/teachers") : Path.of(cache);
    }

    /** Tells how a training goes, in lines. */
    public record Progress(Consumer<String> say) implements TrainTeacher.Listener {
        @Override
        public void started(IdxDataset dataset, SampleRange range) {
            say.accept("training a teacher on training samples " + range);
        }

        @Override
        public void epochDone(int epoch, int of, Duration since) {
            if (epoch % 3 == 0) {
                say.accept("training the teacher, epoch " + epoch + " of " + of);
            }
        }
    }

    /**
     * A teacher that the user brought; the range that its file declares is left out of the stream.
     */
    public static TeacherSource given(Path file, IdxDataset dataset) {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailure(
                    "the teacher's file "
                            + file
                            + " does not exist; expected a TorchScript file (.pt)");
        }
        int size = dataset.training().size();
        Optional<TeacherCardFacts.TrainingRange> range =
                TeacherCardFacts.read(file)
                        .flatMap(TeacherCardFacts::trainedOn)
                        .filter(
                                trained ->
                                        trained.datasetDigest()
                                                .equals(dataset.training().digest()));
        if (range.isEmpty()) {
            return new TeacherSource(
                    file, false, "unknown", IntStream.range(0, size).boxed().toList());
        }
        List<Integer> left =
                IntStream.range(0, size)
                        .filter(i -> i < range.get().from() || i >= range.get().to())
                        .boxed()
                        .toList();
        if (left.isEmpty()) {
            throw new CommandFailure(
                    "the teacher "
                            + file
                            + " was trained on all "
                            + size
                            + " training samples, so none is left to stream; train one on a part, see decant train-teacher --range");
        }
        return new TeacherSource(file, false, "none", left);
    }

    /**
     * A teacher trained on the first half, from the cache when it holds it.
     *
     * @param cache folder of earlier teachers
     * @param listener hears how the training goes
     */
    public static TeacherSource trained(
            IdxDataset dataset, long seed, Path cache, TrainTeacher.Listener listener) {
        int size = dataset.training().size();
        if (size < 2) {
            throw new CommandFailure(
                    "the data set has "
                            + size
                            + " training samples; expected at least 2: one half trains the teacher, the other is streamed");
        }
        int half = size / 2;
        TeacherTrainingSettings settings = TeacherTrainingSettings.defaults(seed);
        List<Integer> left = IntStream.range(half, size).boxed().toList();
        String made =
                dataset.training().digest()
                        + " "
                        + half
                        + " "
                        + settings
                        + " "
                        + Runtime.version().feature();
        String name =
                HexFormat.of().formatHex(Sha256.of(made.getBytes(StandardCharsets.UTF_8)), 0, 12)
                        + ".pt";
        Path file = cache.resolve(name);
        if (Files.isRegularFile(file)) {
            return new TeacherSource(file, false, "none", left);
        }
        try {
            Files.createDirectories(cache);
        } catch (IOException refused) {
            throw new CommandFailure(
                    "the folder for teachers "
                            + cache
                            + " cannot be made ("
                            + refused
                            + "); set DECANT_CACHE to another folder",
                    refused);
        }
        TrainTeacher.run(
                new TrainTeacher.Order(
                        dataset.folder(), Optional.of(new SampleRange(0, half)), file, settings),
                listener,
                InstantSource.system());
        return new TeacherSource(file, true, "none", left);
    }
}
