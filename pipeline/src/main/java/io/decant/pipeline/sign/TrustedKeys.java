package io.decant.pipeline.sign;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Public keys that are believed; several, so that keys can be rotated. <i>Immutable.</i> */
public final class TrustedKeys {
    /** No keys: nothing can be verified. */
    public static final TrustedKeys NONE = new TrustedKeys(Map.of());

    private final Map<String, PublicKey> keys;

    private TrustedKeys(Map<String, PublicKey> keys) {
        this.keys = keys;
    }

    /**
     * Reads public keys.
     *
     * @throws KeyFileException when a file cannot be read or holds none
     */
    public static TrustedKeys read(Collection<Path> files) {
        Map<String, PublicKey> keys = new LinkedHashMap<>();
        for (Path file : files) {
            PublicKey key = KeyFile.read(file).publicKey();
            keys.put(KeyFile.id(key), key);
        }
        return new TrustedKeys(keys);
    }

    /** Ids of the keys. */
    public Set<String> ids() {
        return Set.copyOf(keys.keySet());
    }

    boolean knows(String id) {
        return keys.containsKey(id);
    }

    boolean verifies(String id, byte[] message, byte[] signed) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(keys.get(id));
            signature.update(message);
            return signature.verify(signed);
        } catch (SignatureException malformed) {
            return false;
        } catch (InvalidKeyException impossible) {
            throw new IllegalStateException("a key that was read as Ed25519 is one", impossible);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has Ed25519", impossible);
        }
    }
}
