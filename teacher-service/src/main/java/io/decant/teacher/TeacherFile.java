package io.decant.teacher;

import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.teacher.TeacherModel;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchSettings;
import io.decant.pipeline.source.SampleSource;
import io.decant.teacher.reload.FileStamp;
import io.decant.teacher.reload.Finding;
import io.decant.teacher.reload.Handover;
import io.decant.teacher.reload.TeacherFileStage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A teacher's file that was opened. <i>Immutable; the model is whoever's takes it.</i>
 *
 * @param stamp what the file looked like before it was opened
 */
record TeacherFile(Path path, FileStamp stamp, TeacherModel model) {
    /**
     * Opens the file of the configuration.
     *
     * @param problems receives one sentence for each thing that is wrong
     * @return empty when there is no model
     */
    static Optional<TeacherFile> open(TeacherConfig config, Path path, List<String> problems) {
        // Looked at before it is opened, so that no change in between goes unnoticed.
        Optional<FileStamp> stamp = FileStamp.of(path);
        Optional<TeacherModel> opened = load(config, path, problems);
        opened.ifPresent(model -> check(config, model, problems));
        return opened.map(model -> new TeacherFile(path, stamp.orElseThrow(), model));
    }

    private static Optional<TeacherModel> load(
            TeacherConfig config, Path path, List<String> problems) {
        try {
            Torch.start(new TorchSettings(config.threads()));
            return Optional.of(
                    TeacherModel.open(
                            path,
                            config.teacher().input().spec(),
                            config.batch().size(),
                            config.hints().layers()));
        } catch (InvalidModelException | IllegalStateException unusable) {
            problems.add(unusable.getMessage());
            return Optional.empty();
        }
    }

    private static void check(TeacherConfig config, TeacherModel model, List<String> problems) {
        try {
            config.encoding().encoding(model.classCount());
            config.hints().requireFits(model);
        } catch (IllegalArgumentException unfit) {
            problems.add(unfit.getMessage());
        }
        misfit(config.source().samples(), model.inputSpec()).ifPresent(problems::add);
    }

    /** A mapping to other features than the teacher takes would refuse every sample. */
    private static Optional<String> misfit(SampleSource samples, InputSpec input) {
        if (samples.topic().isEmpty()) {
            return Optional.empty();
        }
        String maps = samples.dtype().orElseThrow() + " " + samples.shape();
        String takes = input.dtype() + " " + input.shape();
        return maps.equals(takes)
                ? Optional.empty()
                : Optional.of(
                        "source.samples.dtype and source.samples.shape say "
                                + maps
                                + "; expected "
                                + takes
                                + " as the teacher's file takes");
    }

    Finding.Ready ready() {
        return new Finding.Ready(model, stamp.bytes());
    }

    /** Looks for another file under the same name, unless the configuration says not to. */
    Optional<TeacherFileStage> watch(TeacherConfig config, String name, Handover handover) {
        return config.teacher().reload().check().isZero()
                ? Optional.empty()
                : Optional.of(
                        new TeacherFileStage(
                                name + "-file",
                                path,
                                stamp,
                                model,
                                config.teacher().input().spec(),
                                config.teacher().reload().check(),
                                handover));
    }
}
