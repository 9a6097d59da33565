package io.decant.pipeline.sign;

import java.io.IOException;
import java.nio.file.Path;

/** Makes signing keys. <i>Thread-safe.</i> */
public final class KeyPairs {
    private static final String PRIVATE = ".pem";
    private static final String PUBLIC = ".public.pem";

    private KeyPairs() {}

    /**
     * A new pair.
     *
     * @param id of the public key
     * @param privateFile for the writer alone
     * @param publicFile for every gateway
     */
    public record Made(String id, Path privateFile, Path publicFile) {}

    /**
     * Makes {@code FOLDER/NAME.pem} and {@code FOLDER/NAME.public.pem}.
     *
     * @throws java.nio.file.FileAlreadyExistsException if one of them is there: a key is never
     *     overwritten
     */
    public static Made generate(Path folder, String name) throws IOException {
        Path privateFile = folder.resolve(name + PRIVATE);
        Path publicFile = folder.resolve(name + PUBLIC);
        return new Made(KeyFile.generate(privateFile, publicFile), privateFile, publicFile);
    }
}
