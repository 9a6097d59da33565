package io.decant.cli.run;

import io.decant.model.spec.InputSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settings of the services of a run, as a stack takes them. <i>Immutable.</i>
 *
 * @param teacher TorchScript file
 * @param student TorchScript file; empty = a perceptron with one hidden layer
 * @param input how samples are standardised
 * @param folder that the services keep their state in
 * @param seed of the initial weights
 */
public record StackSettings(
        Path teacher,
        Optional<Path> student,
        InputSpec input,
        int classes,
        Path folder,
        RunKeys keys,
        long seed) {
    /** Name of the model that a run is about. */
    public static final String MODEL = "student";

    private static final int HIDDEN = 128;

    /** All of them: {@code KEY=VALUE} with the service's name in front. */
    public List<String> all() {
        String shape = String.join(",", input.shape().stream().map(String::valueOf).toList());
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "teacher.teacher.file=" + teacher.toAbsolutePath(),
                                "teacher.follow.keys=" + keys.publicFile(),
                                "joiner.state-dir=" + folder.resolve("joiner"),
                                "trainer.model.name=" + MODEL,
                                "trainer.model.input.dtype=" + input.dtype().text(),
                                "trainer.model.input.shape=" + shape,
                                "trainer.model.input.scale=" + input.scale(),
                                "trainer.model.input.mean=" + input.mean(),
                                "trainer.model.input.sd=" + input.sd(),
                                "trainer.seed=" + seed,
                                "trainer.publish.interval=1s",
                                "trainer.signing.key=" + keys.privateFile(),
                                "gateway.model=" + MODEL,
                                "gateway.signatures.keys=" + keys.publicFile(),
                                "teacher.follow.keys=" + keys.publicFile(),
                                "gateway.http.port=0",
                                "gateway.http.drain=0s",
                                "gateway.data-dir=" + folder.resolve("gateway")));
        settings.addAll(
                student.map(Path::toAbsolutePath)
                        .map(
                                file ->
                                        List.of(
                                                "trainer.model.file=" + file,
                                                "gateway.students=" + file,
                                                "teacher.follow.students=" + file))
                        .orElseGet(
                                () ->
                                        List.of(
                                                "trainer.model.dims="
                                                        + input.size()
                                                        + ","
                                                        + HIDDEN
                                                        + ","
                                                        + classes)));
        return List.copyOf(settings);
    }
}
