package io.decant.dev.broker;

import io.decant.dev.DevStackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Random passwords in files, made once. <i>Thread-safe: no state.</i> */
final class Passwords {
    private static final int BYTES = 24;

    private Passwords() {}

    /**
     * The password in the file of a name.
     *
     * @param folder made when missing; its permissions protect the passwords
     */
    static String of(Path folder, String name) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(folder);
                byte[] random = new byte[BYTES];
                new SecureRandom().nextBytes(random);
                Files.writeString(file, HexFormat.of().formatHex(random));
            }
            return Files.readString(file);
        } catch (IOException failed) {
            throw new DevStackException(
                    "the password file " + file + " cannot be made or read (" + failed + ")",
                    failed);
        }
    }
}
