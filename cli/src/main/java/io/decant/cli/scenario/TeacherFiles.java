package io.decant.cli.scenario;

import io.decant.cli.CommandFailure;
import io.decant.cli.WholeFile;
import io.decant.cli.run.Renderer;
import io.decant.cli.run.Rendering;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.digest.Sha256;
import io.decant.model.teacher.TeacherModel;
import io.decant.model.torch.SwappedAnswers;
import io.decant.model.training.TeacherTraining;
import io.decant.model.training.TeacherTrainingSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The files of the teachers that trials choose. Those that take long to make are kept, by
 * everything that made them. <i>Owned by the main thread.</i>
 *
 * @param usual file of the usual teacher
 * @param given whether the user brought it: it then stands for a general one as well
 * @param learned training samples [0, learned) taught the usual one
 * @param cache folder of teachers
 * @param say is told what takes long
 */
record TeacherFiles(
        IdxDataset dataset,
        Path usual,
        boolean given,
        int learned,
        Path cache,
        Consumer<String> say) {
    /** One teacher for all seeds: it is part of what is given. */
    static final long SEED = 1;

    /** The file of a teacher; made when it is not there. */
    Path of(TeacherChoice choice) {
        if (choice instanceof TeacherChoice.General general) {
            return given ? usual : general(general);
        } else if (choice instanceof TeacherChoice.Poisoned poisoned) {
            return kept(
                    "poisoned " + HexFormat.of().formatHex(TeacherModel.digestOf(usual)) + poisoned,
                    () ->
                            SwappedAnswers.of(
                                    usual,
                                    poisoned.share(),
                                    poisoned.becomes().stream()
                                            .mapToInt(Integer::intValue)
                                            .toArray()));
        }
        return usual;
    }

    private Path general(TeacherChoice.General choice) {
        TeacherTrainingSettings settings = TeacherTrainingSettings.defaults(SEED);
        return kept(
                "general "
                        + dataset.training().digest()
                        + " "
                        + learned
                        + choice
                        + settings
                        + Runtime.version().feature(),
                () -> {
                    say.accept(
                            "training a teacher on "
                                    + choice.domains().size()
                                    + " domains; it is kept for later runs");
                    IdxDataset shown = shown(choice.domains());
                    return TeacherTraining.train(
                                    shown,
                                    0,
                                    shown.training().size(),
                                    settings,
                                    epoch ->
                                            say.accept(
                                                    "training the general teacher, epoch "
                                                            + epoch
                                                            + " of "
                                                            + settings.epochs()))
                            .archive();
                });
    }

    private IdxDataset shown(List<Rendering> domains) {
        Renderer renderer = Renderer.of(dataset.training());
        List<UnaryOperator<byte[]>> ways =
                domains.stream()
                        .map(
                                domain ->
                                        (UnaryOperator<byte[]>)
                                                sample -> renderer.show(domain, sample))
                        .toList();
        IdxSplit test = dataset.test();
        return new IdxDataset(
                dataset.folder(),
                dataset.training().shown(0, learned, ways),
                test.shown(0, test.size(), ways),
                dataset.classCount());
    }

    private Path kept(String made, Supplier<byte[]> archive) {
        Path file =
                cache.resolve(
                        HexFormat.of()
                                        .formatHex(
                                                Sha256.of(made.getBytes(StandardCharsets.UTF_8)),
                                                0,
                                                12)
                                + ".pt");
        if (!Files.isRegularFile(file)) {
            try {
                WholeFile.write(file, archive.get());
            } catch (IOException refused) {
                throw new CommandFailure(
                        "the teacher "
                                + file
                                + " cannot be written ("
                                + refused
                                + "); set DECANT_CACHE to another folder",
                        refused);
            }
        }
        return file;
    }
}
