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
import java.util.Objects;
import java.util.Optional;

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

    private TeacherModel(
            TorchForward forward,
            InputSpec input,
            Optional<TeacherCardFacts> facts,
            byte[] digest,
            int capacity,
            int classCount) {
        this.forward = forward;
        this.input = input;
        this.facts = facts;
        this.digest = digest;
        this.capacity = capacity;
        this.classCount = classCount;
        this.logits = new float[Math.multiplyExact(capacity, classCount)];
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
        if (maxBatch < 1) {
            throw new IllegalArgumentException("teacher batch must be at least 1, was " + maxBatch);
        }
        TorchArchive.requireTorchScript(file);
        Optional<TeacherCardFacts> facts = TeacherCardFacts.read(file);
        InputSpec input = input(file, facts.map(TeacherCardFacts::input), configured);
        boolean raw = facts.map(TeacherCardFacts::takesRaw).orElse(false);
        TorchForward forward = TorchForward.load(file, input, raw, maxBatch);
        try {
            int classes = forward.tryOut(1);
            if (maxBatch > 1 && forward.tryOut(maxBatch) != classes) {
                throw new InvalidModelException(
                        file
                                + ": the number of classes changes with the batch: expected logits [B, C]");
            }
            return new TeacherModel(forward, input, facts, digestOf(file), maxBatch, classes);
        } catch (InvalidModelException e) {
            forward.close();
            throw e;
        }
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
        forward.run(
                rows, output -> output.values().asFloatBuffer().get(logits, 0, rows * classCount));
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
