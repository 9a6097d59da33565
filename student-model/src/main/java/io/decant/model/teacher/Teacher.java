package io.decant.model.teacher;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.InputSpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Whoever answers samples: rows are filled in, one call scores them all. <i>Owned by one
 * thread.</i>
 */
public interface Teacher extends AutoCloseable {
    /**
     * A version of a model in the registry.
     *
     * @param version its number, from 1
     */
    record Origin(String model, long version) {}

    /** Copies one raw sample, {@code inputSpec().bytes()} long, into a row. */
    void input(int row, byte[] source, int offset);

    /** Scores rows [0, rows) in one call. */
    void score(int rows);

    /**
     * Copies a row's logits of the last call: [classes], before softmax, temperature 1. They may be
     * infinite or NaN.
     */
    void logits(int row, float[] target);

    /** The layers that come with an answer, in the order in which they were asked for. */
    List<TeacherModel.Layer> layers();

    /** Copies what a layer held for a row of the last call. The numbers may be infinite or NaN. */
    void layer(int row, int number, float[] target);

    /** SHA-256 of what answers, 32 bytes: of its file, or of a followed model's weights. */
    byte[] digest();

    int classCount();

    InputSpec inputSpec();

    /** What it says about itself. */
    Optional<TeacherCardFacts> facts();

    /** The model and version that it is; empty for a file. */
    Optional<Origin> origin();

    @Override
    void close();

    /** First 8 bytes of {@link #digest()}: the version in every soft target. */
    default byte[] version() {
        return Sha256.prefix(digest());
    }

    /** Digest prefix in hexadecimal: names these exact weights. */
    default String id() {
        return HexFormat.of().formatHex(version());
    }
}
