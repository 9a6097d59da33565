package io.decant.teacher.followed;

import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.follower.reload.VersionId;
import io.decant.teacher.answer.EncodingChoice;
import io.decant.teacher.reload.Finding;
import io.decant.teacher.reload.Successors;
import java.util.Optional;

/**
 * Each live version of a followed model takes over from the one before; of several that came
 * meanwhile, the newest. <i>Owned by the stage's thread.</i>
 */
public final class FollowedVersions implements Successors {
    private final String model;
    private final ServingSlot slot;
    private final EncodingChoice encoding;
    private final int capacity;
    private Optional<VersionId> taken = Optional.empty();

    /**
     * The versions of one model.
     *
     * @param slot where its live version is
     * @param encoding that answers are written in
     * @param capacity largest number of rows of a call
     */
    public FollowedVersions(String model, ServingSlot slot, EncodingChoice encoding, int capacity) {
        this.model = model;
        this.slot = slot;
        this.encoding = encoding;
        this.capacity = capacity;
    }

    @Override
    public Optional<Finding> take() {
        if (slot.current().map(ServingModel::id).equals(taken)) {
            return Optional.empty();
        }
        Optional<ServingModel> next = slot.hold();
        taken = next.map(ServingModel::id);
        return next.map(this::finding);
    }

    private Finding finding(ServingModel next) {
        try {
            encoding.encoding(next.spec().classCount());
        } catch (IllegalArgumentException unfit) {
            next.letGo();
            return new Finding.Refused(
                    "version " + next.version() + " of " + model + ": " + unfit.getMessage());
        }
        FollowedTeacher teacher = new FollowedTeacher(model, next, capacity);
        return new Finding.Ready(teacher, teacher.bytes());
    }

    @Override
    public void close() {}
}
