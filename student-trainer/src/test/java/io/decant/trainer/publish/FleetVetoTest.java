package io.decant.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.records.GatewayStatus;
import io.decant.records.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetVetoTest {
    private static final long NO_ORDER = 0;

    @Test
    void oneListedGatewayStopsTheAliasAndSaysWhy() {
        // Given
        FleetVeto veto = new FleetVeto(new FleetSettings(List.of("a", "b"), 1));
        veto.heard(status("a", 7, Verdict.ACCEPTED));
        veto.heard(status("b", 7, Verdict.ACCEPTED));
        assertThat(veto.standing(NO_ORDER)).isEmpty();
        // When
        veto.heard(status("b", 8, Verdict.REJECTED));
        // Then
        assertThat(veto.standing(NO_ORDER)).contains("gateway 'b' refused version 8: NaN");
    }

    @Test
    void aVersionThatWasTakenBackCountsAsRefused() {
        // Given
        FleetVeto veto = new FleetVeto(new FleetSettings(List.of("a"), 1));
        veto.heard(status("a", 8, Verdict.ACCEPTED));
        // When
        veto.heard(status("a", 8, Verdict.ROLLED_BACK));
        // Then
        assertThat(veto.standing(NO_ORDER)).isPresent();
    }

    @Test
    void gatewaysThatAreNotListedStopNothing() {
        // Given
        FleetVeto veto = new FleetVeto(new FleetSettings(List.of("a"), 1));
        // When
        veto.heard(status("stranger", 8, Verdict.REJECTED));
        // Then
        assertThat(veto.standing(NO_ORDER)).isEmpty();
    }

    @Test
    void fewerThanAVetoNeedsStopNothing() {
        // Given
        FleetVeto veto = new FleetVeto(new FleetSettings(List.of("a", "b", "c"), 2));
        // When, Then
        veto.heard(status("a", 8, Verdict.REJECTED));
        assertThat(veto.standing(NO_ORDER)).isEmpty();
        veto.heard(status("a", 9, Verdict.REJECTED));
        assertThat(veto.standing(NO_ORDER)).isEmpty();
        veto.heard(status("c", 8, Verdict.REJECTED));
        assertThat(veto.standing(NO_ORDER))
                .contains("gateway 'a' refused version 9: NaN; gateway 'c' refused version 8: NaN");
    }

    @Test
    void asManyAsAVetoNeedsLiftItByAcceptingANewerVersion() {
        // Given
        FleetVeto veto = new FleetVeto(new FleetSettings(List.of("a", "b", "c", "d"), 2));
        veto.heard(status("a", 8, Verdict.REJECTED));
        veto.heard(status("b", 8, Verdict.REJECTED));
        // When, Then: the same version accepted elsewhere is no answer, one gateway is too few
        veto.heard(status("c", 8, Verdict.ACCEPTED));
        veto.heard(status("d", 8, Verdict.ACCEPTED));
        assertThat(veto.standing(NO_ORDER)).isPresent();
        veto.heard(status("c", 9, Verdict.ACCEPTED));
        assertThat(veto.standing(NO_ORDER)).isPresent();
        veto.heard(status("d", 10, Verdict.ACCEPTED));
        assertThat(veto.standing(NO_ORDER)).isEmpty();
    }

    @Test
    void aGatewayTakesItsOwnRefusalBackByAccepting() {
        // Given
        FleetVeto veto = new FleetVeto(new FleetSettings(List.of("a", "b"), 1));
        veto.heard(status("a", 8, Verdict.REJECTED));
        // When
        veto.heard(status("a", 8, Verdict.ACCEPTED));
        // Then
        assertThat(veto.standing(NO_ORDER)).isEmpty();
    }

    @Test
    void anOperatorsOrderSettlesWhatWasRefusedBeforeIt() {
        // Given: refused at 8 000
        FleetVeto veto = new FleetVeto(new FleetSettings(List.of("a"), 1));
        veto.heard(status("a", 8, Verdict.REJECTED));
        // When, Then
        assertThat(veto.standing(7_999)).isPresent();
        assertThat(veto.standing(8_000)).isEmpty();
        veto.heard(status("a", 9, Verdict.REJECTED));
        assertThat(veto.standing(8_000)).isPresent();
    }

    @Test
    void withoutAVetoNothingStopsTheAlias() {
        // Given
        FleetVeto veto = new FleetVeto(FleetSettings.OFF);
        // When
        veto.heard(status("a", 8, Verdict.REJECTED));
        // Then
        assertThat(veto.standing(NO_ORDER)).isEmpty();
    }

    @Test
    void aVetoThatNeedsMoreThanAreListedIsRefused() {
        assertThatThrownBy(() -> new FleetSettings(List.of("a"), 2))
                .hasMessageContaining("gateways.veto");
    }

    /** A verdict at 1 000 ms times the version. */
    private static GatewayStatus status(String gateway, long version, Verdict verdict) {
        return GatewayStatus.newBuilder()
                .setGatewayId(gateway)
                .setModel("m")
                .setCandidateVersion(version)
                .setVerdict(verdict)
                .setReason(verdict == Verdict.ACCEPTED ? "" : "NaN")
                .setAtMillis(1_000 * version)
                .build();
    }
}
