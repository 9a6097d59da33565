package io.decant.pipeline.sign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ed25519 keys in PEM files, as OpenSSL writes and reads them. A file with a private key holds the
 * public key too, because Java cannot compute it. <i>Immutable.</i>
 */
final class KeyFile {
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final int MAX_BYTES = 10_000;
    private static final int ID_BYTES = 8;
    private static final Base64.Encoder LINES =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private final Path file;
    private final String text;

    private KeyFile(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    static KeyFile read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new KeyFileException(file + " is too large for a key file", null);
            }
            return new KeyFile(file, Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException failed) {
            throw new KeyFileException(
                    "the key file "
                            + file
                            + " cannot be read ("
                            + failed.getClass().getSimpleName()
                            + "); decant keys generate makes one",
                    failed);
        }
    }

    PrivateKey privateKey() {
        byte[] der = block(PRIVATE);
        try {
            return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException other) {
            throw notEd25519(PRIVATE, other);
        }
    }

    PublicKey publicKey() {
        byte[] der = block(PUBLIC);
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException other) {
            throw notEd25519(PUBLIC, other);
        }
    }

    private byte[] block(String name) {
        Matcher found =
                Pattern.compile("-----BEGIN " + name + "-----([^-]*)-----END " + name + "-----")
                        .matcher(text);
        if (!found.find()) {
            throw new KeyFileException(
                    file
                            + " holds no '"
                            + name
                            + "'; expected a file that decant keys generate wrote"
                            + (name.equals(PRIVATE) ? ", the one without .public" : ""),
                    null);
        }
        try {
            return Base64.getMimeDecoder().decode(found.group(1));
        } catch (IllegalArgumentException damaged) {
            throw notEd25519(name, damaged);
        }
    }

    private KeyFileException notEd25519(String name, Exception cause) {
        return new KeyFileException(
                "the '"
                        + name
                        + "' in "
                        + file
                        + " is no Ed25519 key; decant keys generate makes one",
                cause);
    }

    static String id(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return HexFormat.of().formatHex(Arrays.copyOf(digest, ID_BYTES));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /**
     * Makes a key pair and writes both files; neither may exist.
     *
     * @return the key's id
     */
    static String generate(Path privateFile, Path publicFile) throws IOException {
        KeyPair pair;
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has Ed25519", impossible);
        }
        String open = pem(PUBLIC, pair.getPublic().getEncoded());
        create(
                privateFile,
                pem(PRIVATE, pair.getPrivate().getEncoded()) + open,
                Optional.of("rw-------"));
        create(publicFile, open, Optional.empty());
        return id(pair.getPublic());
    }

    private static String pem(String name, byte[] der) {
        return "-----BEGIN "
                + name
                + "-----\n"
                + LINES.encodeToString(der)
                + "\n-----END "
                + name
                + "-----\n";
    }

    private static void create(Path file, String text, Optional<String> permissions)
            throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
        if (permissions.isPresent() && posix) {
            // Made with its permissions: at no moment can others read it.
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions.get())));
            Files.writeString(file, text, StandardCharsets.US_ASCII);
        } else {
            Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW);
        }
    }
}
