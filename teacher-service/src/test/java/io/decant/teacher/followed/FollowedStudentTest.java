package io.decant.teacher.followed;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.Versions;
import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.model.spec.DType;
import io.decant.teacher.budget.Opinions;
import io.decant.teacher.reload.TeacherFit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FollowedStudentTest {
    private static final TeacherFit FIT =
            new TeacherFit(DType.U8, List.of(2, 2), Versions.CLASSES, List.of());

    private final Versions versions = Versions.small();
    private Map<String, Double> newest = Map.of();
    private final ServingSlot slot = new ServingSlot();
    private final FollowedStudent student = new FollowedStudent(Versions.MODEL, slot, () -> newest);

    private void serve(long version, Map<String, Double> metrics) {
        Verdict.Accepted accepted = versions.accepted(version);
        accepted.manifest().setMetrics(metrics);
        slot.swap(ServingModel.of(accepted, Instant.EPOCH), 0, false);
        accepted.student().letGo();
    }

    @Test
    void theLiveVersionHasAnOpinionOfEachSample() {
        // Given a version whose logits are 1, 1.125 and 1.25 for anything
        serve(1, Map.of());

        // When
        Optional<Opinions> opinions = student.opinions(List.of(new byte[4], new byte[4]), FIT);

        // Then
        Opinions expected = Opinions.of(Versions.logits(1), 1, Versions.CLASSES);
        for (int sample = 0; sample < 2; sample++) {
            assertThat(opinions.orElseThrow().classOf(sample)).isEqualTo(2);
            assertThat(opinions.orElseThrow().margin(sample)).isEqualTo(expected.margin(0));
        }
    }

    @Test
    void thereIsNoOpinionBeforeTheFirstVersionNorOfSamplesThatItDoesNotTake() {
        // Given
        Optional<Opinions> before = student.opinions(List.of(new byte[4]), FIT);
        serve(1, Map.of());
        TeacherFit other = new TeacherFit(DType.U8, List.of(3, 3), Versions.CLASSES, List.of());

        // Then
        assertThat(before).isEmpty();
        assertThat(student.opinions(List.of(new byte[9]), other)).isEmpty();
    }

    @Test
    void theNewestVersionTellsWhetherItsTrainerReactsToDriftEvenIfAnotherOneIsLive() {
        // Given
        serve(1, Map.of("drift_active", 0.0));
        boolean none = student.drifts();
        newest = Map.of("drift_active", 1.0);
        boolean reacting = student.drifts();
        serve(1, Map.of("drift_active", 1.0));
        newest = Map.of("drift_active", 0.0);
        boolean over = student.drifts();

        // Then
        assertThat(none).isFalse();
        assertThat(reacting).isTrue();
        assertThat(over).isFalse();
    }
}
