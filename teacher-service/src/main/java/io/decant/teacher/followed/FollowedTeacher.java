package io.decant.teacher.followed;

import io.decant.follower.reload.ServingModel;
import io.decant.model.forward.Workspace;
import io.decant.model.spec.InputSpec;
import io.decant.model.teacher.Teacher;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.model.teacher.TeacherModel;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One version of a model from the registry as a teacher: a peer's, or the student's own averaged
 * past. It holds the version until it is closed. <i>Owned by one thread.</i>
 */
public final class FollowedTeacher implements Teacher {
    private final Origin origin;
    private final ServingModel serving;
    private final byte[] inputs;
    private final float[] logits;
    private final Workspace room = new Workspace();

    /**
     * A teacher that answers with a version.
     *
     * @param serving held for this object, which lets it go
     * @param capacity largest number of rows of a call
     */
    public FollowedTeacher(String model, ServingModel serving, int capacity) {
        this.serving = serving;
        origin = new Origin(model, serving.version());
        inputs = new byte[Math.multiplyExact(capacity, serving.spec().input().bytes())];
        logits = new float[Math.multiplyExact(capacity, classCount())];
    }

    @Override
    public void input(int row, byte[] source, int offset) {
        int bytes = inputSpec().bytes();
        System.arraycopy(source, offset, inputs, row * bytes, bytes);
    }

    @Override
    public void score(int rows) {
        serving.logits(inputs, rows, logits, room);
    }

    @Override
    public void logits(int row, float[] target) {
        int from = Objects.checkIndex(row, logits.length / classCount()) * classCount();
        System.arraycopy(logits, from, target, 0, classCount());
    }

    /** None: hints are a file's. */
    @Override
    public List<TeacherModel.Layer> layers() {
        return List.of();
    }

    @Override
    public void layer(int row, int number, float[] target) {
        throw new IllegalArgumentException(
                "a followed model gives no layers, was asked for " + number);
    }

    /** SHA-256 of the version's weights. */
    @Override
    public byte[] digest() {
        return HexFormat.of().parseHex(serving.id().weightsDigest());
    }

    /** Size of its weights, bytes. */
    public long bytes() {
        return (long) Float.BYTES * serving.spec().parameterCount();
    }

    @Override
    public int classCount() {
        return serving.spec().classCount();
    }

    @Override
    public InputSpec inputSpec() {
        return serving.spec().input();
    }

    @Override
    public Optional<TeacherCardFacts> facts() {
        return Optional.empty();
    }

    @Override
    public Optional<Origin> origin() {
        return Optional.of(origin);
    }

    @Override
    public void close() {
        serving.letGo();
    }
}
