package io.decant.teacher.followed;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.Versions;
import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.model.teacher.Teacher;
import io.decant.teacher.answer.EncodingChoice;
import io.decant.teacher.reload.Finding;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FollowedVersionsTest {
    private final Versions versions = Versions.small();
    private final ServingSlot slot = new ServingSlot();
    private final FollowedVersions followed =
            new FollowedVersions("peer", slot, EncodingChoice.AUTO, 4);

    private Verdict.Accepted serve(long version) {
        Verdict.Accepted accepted = versions.accepted(version);
        slot.swap(ServingModel.of(accepted, Instant.EPOCH), 0, false);
        accepted.student().letGo();
        return accepted;
    }

    private Teacher taken() {
        return ((Finding.Ready) followed.take().orElseThrow()).teacher();
    }

    @Test
    void eachLiveVersionIsTakenOnceAndOfSeveralTheNewest() {
        // Given
        Optional<Finding> before = followed.take();
        serve(1);
        serve(2);

        // When
        Teacher first = taken();
        Optional<Finding> again = followed.take();
        serve(3);

        // Then
        assertThat(before).isEmpty();
        assertThat(first.origin()).contains(new Teacher.Origin("peer", 2));
        assertThat(again).isEmpty();
        assertThat(taken().origin()).contains(new Teacher.Origin("peer", 3));
    }

    @Test
    void itAnswersAsTheVersionDoesUnderTheDigestOfItsWeights() {
        // Given
        Verdict.Accepted version = serve(5);
        Teacher teacher = taken();
        float[] logits = new float[Versions.CLASSES];

        // When two rows are scored
        teacher.input(0, new byte[] {1, 2, 3, 4}, 0);
        teacher.input(1, new byte[] {0, 0, 9, 9, 9, 9}, 2);
        teacher.score(2);
        teacher.logits(1, logits);

        // Then
        assertThat(logits).containsExactly(Versions.logits(5));
        assertThat(teacher.digest()).isEqualTo(version.manifest().getWeightsDigest().array());
        assertThat(teacher.id())
                .isEqualTo(HexFormat.of().formatHex(teacher.digest()).substring(0, 16));
        assertThat(teacher.inputSpec()).isEqualTo(versions.spec().input());
    }

    @Test
    void aTeacherAnswersOnWhenItsVersionIsSwappedOut() {
        // Given
        serve(1);
        Teacher old = taken();
        serve(2);
        float[] logits = new float[Versions.CLASSES];

        // When
        old.score(1);
        old.logits(0, logits);

        // Then
        assertThat(logits).containsExactly(Versions.logits(1));
        old.close();
    }
}
