package io.decant.model.teacher;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.torch.TorchArchive;
import io.decant.model.torch.TorchForward;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A TorchScript model that takes [B, …] and gives logits [B, C]: rows are filled in, one call
 * scores them all. Its input comes from the file or from the configuration and is never guessed; an
 * answer to blank inputs at opening shows that shapes fit. <i>Owned by one thread.</i>
 */
public final class TeacherModel implements Teacher {
    /** Setting that describes the input of a file that does not. */
    public static final String INPUT_SETTING = "teacher.input";

    private final TorchForward forward;
    private final InputSpec input;
    private final Optional<TeacherCardFacts> facts;
    private final byte[] digest;
    private final int capacity;
    private final int classCount;
    private final float[] logits;
    private final List<Layer> layers;
    private final List<float[]> values = new ArrayList<>();

    /**
     * A layer that the file gives.
     *
     * @param shape without the batch
     */
    public record Layer(String name, List<Integer> shape) {
        public Layer {
            shape = List.copyOf(shape);
        }

        /** Numbers of one row. */
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    private TeacherModel(
            TorchForward forward,
            InputSpec input,
            Optional<TeacherCardFacts> facts,
            byte[] digest,
            int capacity,
            int classCount,
            List<Layer> layers) {
        this.forward = forward;
        this.input = input;
        this.facts = facts;
        this.digest = digest;
        this.capacity = capacity;
        this.classCount = classCount;
        this.logits = new float[Math.multiplyExact(capacity, classCount)];
        this.layers = layers;
        layers.forEach(layer -> values.add(new float[Math.multiplyExact(capacity, layer.size())]));
    }

    /**
     * Loads a teacher and tries it.
     *
     * @param configured input of the configuration, for a file without {@code extra/decant.json}
     * @param maxBatch largest number of rows of a call, ≥ 1
     * @throws InvalidModelException when the file is no TorchScript, its input is unknown or
     *     contradictory, or its answer to blank inputs is not finite logits [B, C] with C ≥ 2
     */
    public static TeacherModel open(Path file, Optional<InputSpec> configured, int maxBatch) {
        return open(file, configured, maxBatch, List.of());
    }

    /**
     * As above, a teacher that gives layers with its answers, by its method {@link
     * TorchForward#WITH_HINTS}.
     *
     * @param layers their names
     * @throws InvalidModelException also when the file does not give them
     */
    public static TeacherModel open(
            Path file, Optional<InputSpec> configured, int maxBatch, List<String> layers) {
        if (maxBatch < 1) {
            throw new IllegalArgumentException("teacher batch must be at least 1, was " + maxBatch);
        }
        TorchArchive.requireTorchScript(file);
        Optional<TeacherCardFacts> facts = TeacherCardFacts.read(file);
        InputSpec input = input(file, facts.map(TeacherCardFacts::input), configured);
        boolean raw = facts.map(TeacherCardFacts::takesRaw).orElse(false);
        TorchForward forward = TorchForward.load(file, input, raw, maxBatch, layers);
        try {
            int classes = forward.tryOut(1);
            if (maxBatch > 1 && forward.tryOut(maxBatch) != classes) {
                throw new InvalidModelException(
                        file
                                + ": the number of classes changes with the batch: expected logits [B, C]");
            }
            return new TeacherModel(
                    forward,
                    input,
                    facts,
                    digestOf(file),
                    maxBatch,
                    classes,
                    layers.isEmpty() ? List.of() : shapes(forward, layers));
        } catch (InvalidModelException e) {
            forward.close();
            throw e;
        }
    }

    private static List<Layer> shapes(TorchForward forward, List<String> names) {
        List<List<Integer>> shapes = forward.layerShapes(1);
        return IntStream.range(0, names.size())
                .mapToObj(number -> new Layer(names.get(number), shapes.get(number)))
                .toList();
    }

    /**
     * SHA-256 of a teacher's file, 32 bytes, without opening it as a model.
     *
     * @throws InvalidModelException when it cannot be read
     */
    public static byte[] digestOf(Path file) {
        MessageDigest digest = Sha256.newDigest();
        byte[] block = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                digest.update(block, 0, read);
            }
        } catch (IOException e) {
            throw new InvalidModelException(file + " cannot be read: " + e.getMessage(), e);
        }
        return digest.digest();
    }

    @Override
    public void input(int row, byte[] source, int offset) {
        forward.inputs().put(position(row), source, offset, input.bytes());
    }

    /** Copies one raw sample from the position of {@code source}, which stays where it is. */
    public void input(int row, ByteBuffer source) {
        forward.inputs().put(position(row), source, source.position(), input.bytes());
    }

    @Override
    public void score(int rows) {
        if (rows < 1 || rows > capacity) {
            throw new IllegalArgumentException("rows must be 1 to " + capacity + ", was " + rows);
        }
        if (layers.isEmpty()) {
            forward.run(rows, output -> output.values(logits, rows * classCount));
            return;
        }
        forward.runWithHints(
                rows,
                outputs -> {
                    outputs.get(0).values(logits, rows * classCount);
                    for (int number = 0; number < values.size(); number++) {
                        outputs.get(number + 1)
                                .values(values.get(number), rows * layers.get(number).size());
                    }
                });
    }

    @Override
    public List<Layer> layers() {
        return layers;
    }

    @Override
    public void layer(int row, int number, float[] target) {
        int size = layers.get(number).size();
        System.arraycopy(
                values.get(number), Objects.checkIndex(row, capacity) * size, target, 0, size);
    }

    @Override
    public void logits(int row, float[] target) {
        System.arraycopy(
                logits, Objects.checkIndex(row, capacity) * classCount, target, 0, classCount);
    }

    /** SHA-256 of the file, 32 bytes. */
    @Override
    public byte[] digest() {
        return digest.clone();
    }

    @Override
    public int classCount() {
        return classCount;
    }

    @Override
    public InputSpec inputSpec() {
        return input;
    }

    /** What the file says about itself. */
    @Override
    public Optional<TeacherCardFacts> facts() {
        return facts;
    }

    @Override
    public Optional<Origin> origin() {
        return Optional.empty();
    }

    public int capacity() {
        return capacity;
    }

    @Override
    public void close() {
        forward.close();
    }

    private int position(int row) {
        return Objects.checkIndex(row, capacity) * input.bytes();
    }

    private static InputSpec input(
            Path file, Optional<InputSpec> declared, Optional<InputSpec> configured) {
        if (declared.isPresent() && configured.isPresent() && !declared.equals(configured)) {
            throw new InvalidModelException(
                    file
                            + " declares input "
                            + declared.get()
                            + ", but "
                            + INPUT_SETTING
                            + " says "
                            + configured.get()
                            + ": remove the setting or correct it");
        }
        return declared.or(() -> configured)
                .orElseThrow(
                        () ->
                                new InvalidModelException(
                                        file
                                                + " does not say what input it takes (it has no extra/"
                                                + TeacherCardFacts.EXTRA
                                                + "): set "
                                                + INPUT_SETTING
                                                + " to dtype, shape, scale, mean and sd"));
    }
}
