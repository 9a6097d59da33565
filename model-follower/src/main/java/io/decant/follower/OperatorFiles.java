package io.decant.follower;

import io.decant.model.forward.InstalledStudents;
import io.decant.model.spec.InvalidModelException;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.sign.KeyFileException;
import io.decant.pipeline.sign.TrustedKeys;
import java.nio.file.Path;
import java.util.List;

/** Files that an operator names: a wrong one is a wrong setting. <i>Thread-safe: no state.</i> */
public final class OperatorFiles {
    private OperatorFiles() {}

    /**
     * Public keys that are trusted.
     *
     * @param service who reads them, for the message
     * @param setting that names them, for the message
     * @throws ConfigurationException if one cannot be read
     */
    public static TrustedKeys keys(String service, String setting, List<Path> files) {
        try {
            return TrustedKeys.read(files);
        } catch (KeyFileException unusable) {
            throw new ConfigurationException(
                    service, List.of(setting + ": " + unusable.getMessage()));
        }
    }

    /**
     * TorchScript students; parameters as for {@link #keys}.
     *
     * @throws ConfigurationException if one is none
     */
    public static InstalledStudents students(String service, String setting, List<Path> files) {
        try {
            return InstalledStudents.open(files);
        } catch (InvalidModelException unfit) {
            throw new ConfigurationException(service, List.of(setting + ": " + unfit.getMessage()));
        }
    }
}
