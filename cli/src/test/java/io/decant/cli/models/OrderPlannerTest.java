package io.decant.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.GateOutcome;
import io.decant.records.Order;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OrderPlannerTest {
    private static final long SEED = 7;

    private static OrderPlanner planner(Registers registers) {
        return new OrderPlanner(registers.register());
    }

    private static long version(OrderPlan plan) {
        assertThat(plan).isInstanceOf(OrderPlan.Write.class);
        return ((OrderPlan.Write) plan).version();
    }

    private static String reason(OrderPlan plan) {
        assertThat(plan).isInstanceOf(OrderPlan.Refused.class);
        return ((OrderPlan.Refused) plan).reason();
    }

    @Test
    void promotingIsAnOverrideOfTheModel() {
        assertThat(planner(new Registers(SEED).publish(4)).promote(2))
                .isEqualTo(
                        new OrderPlan.Write(
                                "digits/@override",
                                Order.OVERRIDE,
                                2,
                                "gateways are ordered to serve version 2"));
    }

    @Test
    void aVersionThatTheGateRefusedIsPromotedWithItsReasonTold() {
        OrderPlan plan =
                planner(new Registers(SEED).publish(2).publish(GateOutcome.REFUSED)).promote(3);
        assertThat(((OrderPlan.Write) plan).effect())
                .endsWith("which the publishing gate refused: worse by 2 points");
    }

    @Test
    void aVersionThatIsNotThereIsNeitherPromotedNorPinned() {
        OrderPlanner planner = planner(new Registers(SEED).publish(5).remove(1).remove(2));
        for (long missing : new long[] {0, 2, 6, -1}) {
            assertThat(reason(planner.promote(missing)))
                    .startsWith("model 'digits' has no version " + missing)
                    .contains("between 3 and 5");
            assertThat(reason(planner.pin(missing))).contains("has no version " + missing);
            assertThat(planner.rollback(OptionalLong.of(missing)))
                    .isInstanceOf(OrderPlan.Refused.class);
        }
    }

    @Test
    void withoutAnOverrideARollbackGoesToTheLastVersionThatWasLiveBefore() {
        // Given version 3 was refused, so that 2 was live before 4
        Registers registers =
                new Registers(SEED)
                        .publish(2)
                        .publish(GateOutcome.REFUSED)
                        .publish(GateOutcome.PASSED);
        // When, Then
        assertThat(version(planner(registers).rollback(OptionalLong.empty()))).isEqualTo(2);
    }

    @Test
    void aVersionAfterTheLiveOneIsNoPlaceToGoBackTo() {
        Registers registers = new Registers(SEED).publish(3).publish(GateOutcome.REFUSED);
        assertThat(version(planner(registers).rollback(OptionalLong.empty()))).isEqualTo(2);
    }

    @Test
    void fromAnOverrideARollbackGoesToWhatWasLiveWhenItWasOrdered() {
        // Given version 3 was live (since 3 s) when version 1 was ordered at 3.5 s
        Registers registers = new Registers(SEED).publish(5).override(1, 3_500);
        // When, Then: a newer version than the one served
        assertThat(version(planner(registers).rollback(OptionalLong.empty()))).isEqualTo(3);
    }

    @Test
    void fromAnOverrideARollbackGoesToTheOverrideBeforeIt() {
        Registers registers = new Registers(SEED).publish(5).override(1, 3_500).override(4, 4_500);
        assertThat(version(planner(registers).rollback(OptionalLong.empty()))).isEqualTo(1);
    }

    @Test
    void anOverrideThatWasLiftedInBetweenIsNotGoneBackTo() {
        Registers registers =
                new Registers(SEED)
                        .publish(5)
                        .override(1, 2_500)
                        .override(0, 3_500)
                        .override(5, 4_500);
        assertThat(version(planner(registers).rollback(OptionalLong.empty()))).isEqualTo(4);
    }

    @Test
    void anOverrideBeforeWhoseVersionIsRemovedIsNotGoneBackTo() {
        Registers registers =
                new Registers(SEED).publish(5).override(1, 2_500).override(5, 4_500).remove(1);
        assertThat(version(planner(registers).rollback(OptionalLong.empty()))).isEqualTo(4);
    }

    @Test
    void aRollbackToANewerVersionThanTheServedOneIsAPromotion() {
        OrderPlanner planner = planner(new Registers(SEED).publish(5).override(2, 5_500));
        assertThat(reason(planner.rollback(OptionalLong.of(3)))).contains("models promote 3");
        assertThat(reason(planner.rollback(OptionalLong.of(2)))).contains("is not older");
        assertThat(version(planner.rollback(OptionalLong.of(1)))).isEqualTo(1);
    }

    @Test
    void thereMustBeSomethingToGoBackFromAndTo() {
        assertThat(reason(planner(new Registers(SEED)).rollback(OptionalLong.empty())))
                .contains("no version of model 'digits' is live yet");
        assertThat(reason(planner(new Registers(SEED).publish(1)).rollback(OptionalLong.empty())))
                .contains("no version before 1 is left");
    }

    @Test
    void followingLiftsAnOverrideThatIsInForceAndNoOther() {
        Registers registers = new Registers(SEED).publish(3);
        assertThat(reason(planner(registers).follow())).contains("gateways follow @live already");
        registers.override(1, 3_500);
        assertThat(version(planner(registers).follow())).isZero();
        registers.override(0, 3_600);
        assertThat(planner(registers).follow()).isInstanceOf(OrderPlan.Refused.class);
        assertThat(registers.register().wanted()).hasValue(3);
    }

    @Test
    void pinsAreSetAndRemovedOneByOne() {
        Registers registers = new Registers(SEED).publish(3).pin(2, 2).pin(3, 3).pin(3, 0);
        assertThat(registers.register().pinned()).containsExactly(2L);
        assertThat(planner(registers).unpin(2))
                .isEqualTo(
                        new OrderPlan.Write(
                                "digits/@pin/2", Order.PIN, 0, "version 2 is no longer pinned"));
        assertThat(reason(planner(registers).unpin(3))).contains("pinned are [2]");
        assertThat(version(planner(registers).pin(3))).isEqualTo(3);
    }

    @Test
    void theHighestSequenceCountsOrdersOfEveryKind() {
        Registers registers = new Registers(SEED).publish(3).override(1, 1).pin(2, 2).pin(2, 0);
        assertThat(registers.register().highestSequence()).isEqualTo(3);
    }
}
