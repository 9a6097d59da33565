package io.decant.trainer;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Files that never travel through a topic and that learning a model again may need. <i>Immutable.
 * </i>
 *
 * @param init weights that the model was born with
 * @param student TorchScript that the model was made from
 */
public record LocalFiles(Optional<Path> init, Optional<Path> student) {
    public static final LocalFiles NONE = new LocalFiles(Optional.empty(), Optional.empty());
}
