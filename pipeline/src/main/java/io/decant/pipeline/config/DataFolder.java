package io.decant.pipeline.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes folders that settings name. <i>Thread-safe: no state.</i> */
public final class DataFolder {
    private DataFolder() {}

    /**
     * Makes the folder when it is missing. Whether there is space in it, and will be, only writing
     * tells.
     *
     * @param service what the message begins with
     * @param key of the setting
     * @throws ConfigurationException when something else is there, or this user may not make it
     */
    public static void make(String service, String key, Path folder) {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException refused) {
            throw new ConfigurationException(
                    service,
                    List.of(
                            key
                                    + " "
                                    + folder
                                    + " cannot be made ("
                                    + refused.getClass().getSimpleName()
                                    + "); name a folder in which this user may write"));
        }
    }
}
