package io.decant.model.torch;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.InvalidModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A student's TorchScript file as it was installed: its bytes, and the parameters and buffers that
 * its classes declare. Nothing of it runs here. <i>Immutable.</i>
 */
final class ScriptFile {
    /** Largest file that is taken. */
    static final int MAX_BYTES = 1 << 30;

    private static final int GLOBAL = 'c';

    private final Path path;
    private final String digest;
    private final byte[] pickle;
    private final Map<String, byte[]> rest;
    private final String type;
    private final List<Slot> slots;

    private ScriptFile(Path path, String digest, Map<String, byte[]> entries) {
        this.path = path;
        this.digest = digest;
        this.pickle = entries.remove("data.pkl");
        this.rest = entries;
        this.type = rootType();
        this.slots = new ScriptClasses(path, entries).slots(type);
    }

    private ScriptFile(ScriptFile other, Map<String, byte[]> rest) {
        path = other.path;
        digest = other.digest;
        pickle = other.pickle;
        this.rest = rest;
        type = other.type;
        slots = other.slots;
    }

    /** The same module with other storages. */
    ScriptFile with(Map<String, byte[]> otherRest) {
        return new ScriptFile(this, otherRest);
    }

    /**
     * A tensor that a class of the file declares; one that is declared optional may be missing.
     *
     * @param name as in PyTorch's state dictionary: {@code features.0.weight}
     * @param path expression that finds it from {@code net}
     * @param parameter whether it is declared as a parameter, else as a buffer
     */
    record Slot(String name, String path, boolean parameter) {}

    /**
     * Reads a file.
     *
     * @throws InvalidModelException when it is no TorchScript archive, or is too large
     */
    static ScriptFile read(Path path) {
        try (ZipFile zip = TorchArchive.open(path)) {
            if (Files.size(path) > MAX_BYTES) {
                throw new InvalidModelException(
                        path + " must be at most " + MAX_BYTES + " bytes, was " + Files.size(path));
            }
            Map<String, byte[]> entries = new LinkedHashMap<>();
            for (ZipEntry entry :
                    (Iterable<ZipEntry>) () -> zip.stream().map(ZipEntry.class::cast).iterator()) {
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (!entry.isDirectory() && !name.endsWith(".debug_pkl")) {
                    entries.put(name, zip.getInputStream(entry).readAllBytes());
                }
            }
            String digest = HexFormat.of().formatHex(Sha256.of(Files.readAllBytes(path)));
            return new ScriptFile(path, digest, entries);
        } catch (IOException e) {
            throw TorchArchive.notTorchScript(path, e);
        }
    }

    /** SHA-256 of the whole file, 64 hexadecimal digits. */
    String digest() {
        return digest;
    }

    /** Where it was read from. */
    Path path() {
        return path;
    }

    byte[] pickle() {
        return pickle;
    }

    /** Every entry but the pickled module, by its name below the root folder. */
    Map<String, byte[]> rest() {
        return rest;
    }

    /** Qualified name of the module's class. */
    String type() {
        return type;
    }

    /** Parameters and buffers: a module's own before those of its parts, in declared order. */
    List<Slot> slots() {
        return slots;
    }

    /** The module is the first object of the pickle: protocol, then its class. */
    private String rootType() {
        List<String> lines = new ArrayList<>();
        int start = 3;
        for (int i = start; i < pickle.length && lines.size() < 2; i++) {
            if (pickle[i] == '\n') {
                lines.add(new String(pickle, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        if (pickle.length < 3 || pickle[2] != GLOBAL || lines.size() < 2) {
            throw TorchArchive.notTorchScript(path, null);
        }
        return lines.get(0) + "." + lines.get(1);
    }
}
