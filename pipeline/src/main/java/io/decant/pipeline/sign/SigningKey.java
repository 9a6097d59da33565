package io.decant.pipeline.sign;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/**
 * A private Ed25519 key (RFC 8032) and the id of its public half. Never shown. <i>Immutable.</i>
 */
public final class SigningKey {
    private final String id;
    private final PrivateKey key;

    private SigningKey(String id, PrivateKey key) {
        this.id = id;
        this.key = key;
    }

    /**
     * Reads what {@code decant keys generate} wrote: a PEM file with the private key (PKCS#8) and
     * the public key, from which the id comes.
     *
     * @throws KeyFileException when the file cannot be read or holds no such keys
     */
    public static SigningKey read(Path file) {
        KeyFile pem = KeyFile.read(file);
        return new SigningKey(KeyFile.id(pem.publicKey()), pem.privateKey());
    }

    /** First 8 bytes of the SHA-256 of the public key (X.509 form), hexadecimal. */
    public String id() {
        return id;
    }

    /** 64 bytes. */
    byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has Ed25519", impossible);
        }
    }

    @Override
    public String toString() {
        return "SigningKey " + id;
    }
}
