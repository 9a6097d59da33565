package io.decant.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.Order;
import org.junit.jupiter.api.Test;

/** Offsets begin at 10. */
class AftermathTest {
    private static final String OVERRIDE = OrderKeys.override(Registers.MODEL);
    private static final String PIN = OrderKeys.pin(Registers.MODEL, 2);

    private final Registers registers = new Registers(1);

    private Aftermath of(String key, long offset) {
        return Aftermath.of(registers.register().orders(), key, offset);
    }

    @Test
    void anOrderThatNothingFollowsStands() {
        registers.override(1, 0).override(2, 0);
        assertThat(of(OVERRIDE, 11)).isEqualTo(new Aftermath.Stands());
    }

    @Test
    void theLaterOrderAboutTheSameThingTakesItsPlace() {
        registers.override(1, 0).override(2, 0).override(3, 0);
        assertThat(((Aftermath.Replaced) of(OVERRIDE, 10)).by().getVersion()).isEqualTo(3);
    }

    @Test
    void aLaterOrderAboutAnotherThingDoesNot() {
        registers.override(1, 0).pin(2, 2);
        assertThat(of(OVERRIDE, 10)).isEqualTo(new Aftermath.Stands());
    }

    @Test
    void anOrderWithTheSequenceOfOneBeforeItIsOutnumbered() {
        // Given two operators who both read that the highest sequence was 4
        registers.order(OVERRIDE, Order.OVERRIDE, 1, 0, 5).order(OVERRIDE, Order.OVERRIDE, 2, 0, 5);
        // Then the first is replaced, and the second must write again
        assertThat(of(OVERRIDE, 10)).isInstanceOf(Aftermath.Replaced.class);
        assertThat(((Aftermath.Outnumbered) of(OVERRIDE, 11)).by().getVersion()).isEqualTo(1);
    }

    @Test
    void sequencesCountAcrossThingsBecauseGatewaysReadThemAsOne() {
        registers.order(PIN, Order.PIN, 2, 0, 9).order(OVERRIDE, Order.OVERRIDE, 2, 0, 9);
        assertThat(of(OVERRIDE, 11)).isInstanceOf(Aftermath.Outnumbered.class);
    }
}
