package io.decant.bench.teacher;

import io.decant.dataset.IdxDataset;
import io.decant.model.training.TeacherTrainingSettings;
import io.decant.teacher.training.SampleRange;
import io.decant.teacher.training.TrainTeacher;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * A teacher of the usual size; one epoch, because its speed does not depend on what it knows.
 * <i>Thread-safe.</i>
 */
public final class QuickTeacher {
    private static final int SAMPLES = 10_000;

    private QuickTeacher() {}

    /** Trains one and writes it to a file. */
    public static void write(IdxDataset data, Path file) {
        TeacherTrainingSettings usual = TeacherTrainingSettings.defaults(1);
        TeacherTrainingSettings quick =
                new TeacherTrainingSettings(
                        usual.hidden(),
                        usual.inputDropout(),
                        usual.dropout(),
                        usual.learningRate(),
                        1,
                        usual.batch(),
                        1);
        TrainTeacher.run(
                new TrainTeacher.Order(
                        data.folder(),
                        Optional.of(new SampleRange(0, Math.min(SAMPLES, data.training().size()))),
                        file,
                        quick),
                new Silent(),
                InstantSource.system());
    }

    private static final class Silent implements TrainTeacher.Listener {
        @Override
        public void started(IdxDataset dataset, SampleRange range) {
            // The benchmark prints figures only.
        }

        @Override
        public void epochDone(int epoch, int of, Duration since) {
            // The benchmark prints figures only.
        }
    }
}
