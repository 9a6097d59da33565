package io.decant.pipeline.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate authority in a folder, for development stacks and tests: what it issued is kept, so
 * that a stack that starts again is trusted again. The folder holds {@code ca.pem}, which others
 * trust, and for each name a certificate and its key, both PEM. It is made with the JDK's keytool.
 *
 * <p>Whoever can read the folder can issue certificates: it is for one machine. <i>Owned by the
 * thread that starts a stack.</i>
 */
public final class LocalAuthority {
    private static final String AUTHORITY = "authority";
    private static final String STORE_TYPE = "PKCS12";
    private static final String VALID_DAYS = "3650";
    private static final long PATIENCE_SECONDS = 60;

    /** The format wants one; the folder's permissions protect the keys. */
    private static final String STORE_PASSWORD = "decant-local";

    private static final Base64.Encoder LINES =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private final Path folder;

    private LocalAuthority(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens a folder, and makes the authority when there is none.
     *
     * @throws IOException if the folder cannot be written or keytool fails
     */
    public static LocalAuthority in(Path folder) throws IOException {
        LocalAuthority authority = new LocalAuthority(folder);
        Files.createDirectories(folder);
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        if (!Files.exists(authority.certificate())) {
            authority.keytool(
                    AUTHORITY, List.of("-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign"));
            authority.write(authority.certificate(), "CERTIFICATE", authority.chain(AUTHORITY));
        }
        return authority;
    }

    /** What others trust. */
    public Path certificate() {
        return folder.resolve("ca.pem");
    }

    /**
     * A certificate and its key.
     *
     * @param certificate the chain, own one first
     * @param key PKCS #8, not encrypted
     */
    public record Issued(Path certificate, Path key) {}

    /**
     * The certificate of a name, for servers at this machine's own addresses and for clients;
     * issued at the first call.
     *
     * @param name letters, digits and dashes
     */
    public Issued issue(String name) throws IOException {
        Issued files = new Issued(folder.resolve(name + ".pem"), folder.resolve(name + "-key.pem"));
        if (!Files.exists(files.certificate())) {
            keytool(
                    name,
                    List.of(
                            "-signer",
                            AUTHORITY,
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1"));
            write(files.key(), "PRIVATE KEY", List.of(privateKey(name)));
            write(files.certificate(), "CERTIFICATE", chain(name));
        }
        return files;
    }

    private Path store() {
        return folder.resolve("authority.p12");
    }

    private void keytool(String name, List<String> more) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(
                List.of(
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-genkeypair",
                        "-alias",
                        name,
                        "-dname",
                        "CN=" + name,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        VALID_DAYS,
                        "-keystore",
                        store().toString(),
                        "-storetype",
                        STORE_TYPE,
                        "-storepass",
                        STORE_PASSWORD));
        command.addAll(more);
        Path said = folder.resolve("keytool.log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("keytool did not end within " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool ran", stopped);
        }
        if (process.exitValue() != 0) {
            throw new IOException("keytool failed: " + Files.readString(said).strip());
        }
        Files.delete(said);
    }

    private List<byte[]> chain(String name) throws IOException {
        try {
            List<byte[]> chain = new ArrayList<>();
            for (Certificate each : opened().getCertificateChain(name)) {
                chain.add(each.getEncoded());
            }
            return chain;
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("the certificate of " + name + " cannot be read", unreadable);
        }
    }

    private byte[] privateKey(String name) throws IOException {
        try {
            return opened().getKey(name, STORE_PASSWORD.toCharArray()).getEncoded();
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("the key of " + name + " cannot be read", unreadable);
        }
    }

    private KeyStore opened() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(STORE_TYPE);
        try (InputStream bytes = Files.newInputStream(store())) {
            keys.load(bytes, STORE_PASSWORD.toCharArray());
        }
        return keys;
    }

    private void write(Path file, String kind, List<byte[]> blocks) throws IOException {
        StringBuilder pem = new StringBuilder();
        for (byte[] der : blocks) {
            pem.append("-----BEGIN ").append(kind).append("-----\n");
            pem.append(LINES.encodeToString(der));
            pem.append("\n-----END ").append(kind).append("-----\n");
        }
        Files.writeString(file, pem, StandardCharsets.US_ASCII);
    }
}
