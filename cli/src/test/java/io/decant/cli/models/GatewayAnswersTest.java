package io.decant.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.GatewayStatus;
import io.decant.records.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayAnswersTest {
    private static final long ORDERED = 5_000;

    private static GatewayStatus report(
            String id, long served, long candidate, Verdict verdict, long at) {
        return new GatewayStatus(id, "digits", served, 1L, candidate, verdict, "why", 9L, at);
    }

    private static GatewayAnswers of(GatewayStatus... reports) {
        return GatewayAnswers.of(List.of(reports), served -> served == 4, 4, ORDERED);
    }

    @Test
    void gatewaysFollowRefuseOrHaveNotAnswered() {
        // When
        GatewayAnswers answers =
                of(
                        report("a", 4, 4, Verdict.ACCEPTED, 6_000),
                        report("b", 9, 4, Verdict.REJECTED, 6_000),
                        report("c", 9, 9, Verdict.ACCEPTED, 6_000));
        // Then
        assertThat(answers.lines())
                .containsExactly(
                        "a serves version 4", "b REFUSES: why", "c still serves version 9");
        assertThat(answers.isComplete()).isFalse();
    }

    @Test
    void aRefusalFromBeforeTheOrderIsNoAnswerToIt() {
        assertThat(of(report("b", 9, 4, Verdict.REJECTED, 4_000)).refusing()).isEmpty();
        assertThat(of(report("b", 9, 4, Verdict.ROLLED_BACK, 5_000)).refusing()).hasSize(1);
    }

    @Test
    void whoDoesNotBelieveTheOrderRefuses() {
        // Given: a record that is not believed is no candidate
        GatewayAnswers answers = of(report("b", 9, 0, Verdict.REJECTED, 6_000));
        // When, Then
        assertThat(answers.refusing()).containsEntry("b", "why");
        assertThat(answers.isComplete()).isTrue();
        assertThat(of(report("b", 9, 0, Verdict.REJECTED, 4_000)).refusing()).isEmpty();
    }

    @Test
    void whoServesTheVersionFollowsWhateverItSaidOfAnother() {
        assertThat(of(report("a", 4, 4, Verdict.REJECTED, 6_000)).following())
                .containsEntry("a", 4L);
    }

    @Test
    void withoutGatewaysThereIsNoAnswer() {
        assertThat(of().isComplete()).isFalse();
        assertThat(of(report("a", 4, 4, Verdict.ACCEPTED, 6_000)).isComplete()).isTrue();
    }
}
