package io.decant.model.torch;

import io.decant.model.spec.DType;
import io.decant.model.spec.InvalidModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Builds a TorchScript archive ({@code .pt}) of one module: code as text, tensors and whole numbers
 * as attributes, and extra files. The same calls give the same bytes. The form is a zip with {@code
 * data.pkl} (the module, pickled), {@code code/}, {@code constants.pkl}, {@code version} and one
 * raw storage a tensor: what {@code torch.jit.save} writes. <i>Not thread-safe: owned by its
 * builder.</i>
 */
public final class TorchArchive {
    /** Largest extra file that {@link #readExtra} takes. */
    public static final int MAX_EXTRA_BYTES = 1 << 20;

    /** Folder of the files that users add. */
    static final String EXTRA = "extra/";

    private static final String ROOT = "model/";
    private static final String TOP = "__torch__";
    private static final LocalDateTime ZIP_EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final String className;
    private final String code;
    private final Pickle attributes = new Pickle();
    private final List<byte[]> storages = new ArrayList<>();
    private final Map<String, byte[]> extras = new LinkedHashMap<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    /**
     * {@code code}: text of a class {@code __torch__.<className>} that declares every attribute
     * added here. The name may have a namespace before a dot.
     */
    public TorchArchive(String className, String code) {
        this.className = className;
        this.code = code;
    }

    /**
     * Adds somebody's module as an attribute, with its code and its tensors; the archive is then of
     * that file's format version.
     */
    TorchArchive module(String name, ScriptFile file) {
        attributes.text(name).object(file.pickle());
        files.putAll(file.rest());
        return this;
    }

    /** Adds a tensor; {@code littleEndian} holds its elements row by row. */
    public TorchArchive tensor(String name, DType dtype, List<Integer> shape, byte[] littleEndian) {
        int elements = shape.stream().reduce(1, Math::multiplyExact);
        if (littleEndian.length != Math.multiplyExact(elements, dtype.bytes())) {
            throw new IllegalArgumentException(
                    "tensor "
                            + name
                            + " of shape "
                            + shape
                            + " and type "
                            + dtype.text()
                            + " needs "
                            + (long) elements * dtype.bytes()
                            + " bytes, got "
                            + littleEndian.length);
        }
        attributes.text(name).tensor(storageClass(dtype), storageKey(storages.size()), shape);
        storages.add(littleEndian);
        return this;
    }

    /** Adds a tensor of zeros. */
    public TorchArchive zeros(String name, DType dtype, List<Integer> shape) {
        return tensor(
                name,
                dtype,
                shape,
                new byte[shape.stream().reduce(dtype.bytes(), Math::multiplyExact)]);
    }

    /** Adds an fp32 tensor without dimensions. */
    public TorchArchive scalar(String name, float value) {
        return tensor(
                name,
                DType.F32,
                List.of(),
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    }

    /** Adds a whole-number attribute. */
    public TorchArchive integer(String name, int value) {
        attributes.text(name).integer(value);
        return this;
    }

    /** Adds {@code extra/<name>}, which PyTorch offers as {@code _extra_files}. */
    public TorchArchive extra(String name, String text) {
        extras.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public byte[] toBytes() {
        int dot = className.lastIndexOf('.');
        String namespace = dot < 0 ? TOP : TOP + "." + className.substring(0, dot);
        byte[] module = Pickle.module(namespace, className.substring(dot + 1), attributes);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("data.pkl", module);
        entries.put(
                "code/" + namespace.replace('.', '/') + ".py",
                code.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < storages.size(); i++) {
            entries.put("data/" + storageKey(i), storages.get(i));
        }
        entries.putAll(files);
        if (files.isEmpty()) {
            entries.put("constants.pkl", Pickle.emptyTuple());
            entries.put("version", "3\n".getBytes(StandardCharsets.US_ASCII));
        }
        extras.forEach((name, content) -> entries.put(EXTRA + name, content));
        return zip(entries);
    }

    /** An archive of these entries, in this order. */
    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                store(zip, entry.getKey(), entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads {@code extra/<name>} of an archive as UTF-8; empty when it has none.
     *
     * @throws InvalidModelException when the file is no TorchScript archive, or the extra file
     *     exceeds {@link #MAX_EXTRA_BYTES}
     */
    public static Optional<String> readExtra(Path file, String name) {
        try (ZipFile zip = open(file)) {
            Optional<? extends ZipEntry> entry =
                    zip.stream().filter(e -> isAt(e.getName(), EXTRA + name)).findFirst();
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            byte[] bytes = zip.getInputStream(entry.get()).readNBytes(MAX_EXTRA_BYTES + 1);
            if (bytes.length > MAX_EXTRA_BYTES) {
                throw new InvalidModelException(
                        file
                                + ": extra/"
                                + name
                                + " must be at most "
                                + MAX_EXTRA_BYTES
                                + " bytes");
            }
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw notTorchScript(file, e);
        }
    }

    /** Throws {@link InvalidModelException} unless the file is a TorchScript archive. */
    public static void requireTorchScript(Path file) {
        try {
            open(file).close();
        } catch (IOException e) {
            throw notTorchScript(file, e);
        }
    }

    /** Keys of tensors that are added here; those of a spliced module are plain numbers. */
    private static String storageKey(int index) {
        return "decant_" + index;
    }

    static ZipFile open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InvalidModelException(
                    file + " does not exist or is no file: give the path of a TorchScript .pt");
        }
        ZipFile zip = new ZipFile(file.toFile());
        boolean module = zip.stream().anyMatch(e -> isAt(e.getName(), "data.pkl"));
        boolean script = zip.stream().anyMatch(e -> isAt(e.getName(), "constants.pkl"));
        if (!module || !script) {
            zip.close();
            throw notTorchScript(file, null);
        }
        return zip;
    }

    static InvalidModelException notTorchScript(Path file, IOException cause) {
        return new InvalidModelException(
                file
                        + " is not a TorchScript archive: save the model with torch.jit.save(torch.jit.script(model), path),"
                        + " not with torch.save",
                cause);
    }

    /** True for {@code <root>/<path>}: the name of the root folder is free. */
    private static boolean isAt(String entry, String path) {
        return entry.endsWith("/" + path)
                && entry.indexOf('/') == entry.length() - path.length() - 1;
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(ROOT + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        entry.setTimeLocal(ZIP_EPOCH);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static String storageClass(DType dtype) {
        return switch (dtype) {
            case U8 -> "ByteStorage";
            case F32 -> "FloatStorage";
            case F16 -> "HalfStorage";
            case I64 -> "LongStorage";
            case I8 -> "CharStorage";
        };
    }
}
