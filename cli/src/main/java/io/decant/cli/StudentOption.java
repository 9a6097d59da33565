package io.decant.cli;

import io.decant.model.forward.InstalledStudents;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which TorchScript files a command may use. <i>Owned by the main thread.</i> */
final class StudentOption {
    @Option(
            names = "--student",
            paramLabel = "FILE",
            description =
                    "The TorchScript file that the model was made from (the trainer's model.file), which never travels; may be repeated.")
    private List<Path> files = List.of();

    /**
     * Looks at the files.
     *
     * @throws io.decant.model.spec.InvalidModelException when one is no student
     */
    InstalledStudents open() {
        return InstalledStudents.open(files);
    }
}
