package io.decant.trainer.lease;

import static io.decant.trainer.lease.Leadership.Step.LEAD;
import static io.decant.trainer.lease.Leadership.Step.PAUSE;
import static io.decant.trainer.lease.Leadership.Step.STAND_BY;
import static io.decant.trainer.lease.Leadership.Step.TAKE_OVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    private static final Instant NOW = Instant.EPOCH;
    private static final Duration BACKOFF = Duration.ofSeconds(1);
    private static final Duration OUTAGE = Duration.ofMinutes(10);
    private static final Throwable REFUSED = new KafkaException("refused");
    private static final Throwable AWAY = new TimeoutException("no answer");

    private final Leadership leadership = new Leadership(3, BACKOFF, OUTAGE);
    private final Optional<Term> term = Optional.of(Generations.term(1));
    private final Optional<Term> later = Optional.of(Generations.term(4));

    @Test
    void itStandsByWithoutTheLeaseAndTakesOverWithIt() {
        assertThat(leadership.next(Optional.empty(), NOW)).isEqualTo(STAND_BY);
        assertThat(leadership.next(term, NOW)).isEqualTo(TAKE_OVER);
        assertThat(leadership.next(term, NOW)).isEqualTo(TAKE_OVER);
    }

    @Test
    void itLeadsForAsLongAsTheTermRuns() {
        // Given
        leadership.leads(term.orElseThrow());
        // When, Then
        assertThat(leadership.next(term, NOW)).isEqualTo(LEAD);
        assertThat(leadership.next(Optional.empty(), NOW)).isEqualTo(STAND_BY);
        assertThat(leadership.next(term, NOW)).isEqualTo(TAKE_OVER);
    }

    @Test
    void aNewTermIsTakenOverAnewAlthoughTheLossWasNeverSeen() {
        // Given
        leadership.leads(term.orElseThrow());
        // When, Then
        assertThat(leadership.next(later, NOW)).isEqualTo(TAKE_OVER);
    }

    @Test
    void afterAFailureItPausesAndTriesAgain() {
        // Given
        leadership.leads(term.orElseThrow());
        // When
        assertThat(leadership.failed(REFUSED, NOW)).isEqualTo(1);
        // Then
        assertThat(leadership.next(term, NOW)).isEqualTo(PAUSE);
        assertThat(leadership.next(term, NOW.plus(BACKOFF).minusMillis(1))).isEqualTo(PAUSE);
        assertThat(leadership.next(term, NOW.plus(BACKOFF))).isEqualTo(TAKE_OVER);
        assertThat(leadership.givesUp()).isFalse();
    }

    @Test
    void itGivesUpAfterTooManyFailuresInARow() {
        // When
        leadership.failed(REFUSED, NOW);
        leadership.failed(REFUSED, NOW);
        assertThat(leadership.givesUp()).isFalse();
        leadership.failed(REFUSED, NOW);
        // Then
        assertThat(leadership.givesUp()).isTrue();
    }

    @Test
    void anOutageIsBorneForATimeHoweverManyAttemptsItCosts() {
        for (int seconds = 0; seconds < OUTAGE.toSeconds(); seconds += 7) {
            leadership.failed(AWAY, NOW.plusSeconds(seconds));
            assertThat(leadership.givesUp()).isFalse();
        }
        leadership.failed(AWAY, NOW.plus(OUTAGE));
        assertThat(leadership.givesUp()).isTrue();
    }

    @Test
    void aVersionEndsTheRowOfFailures() {
        // Given
        leadership.failed(REFUSED, NOW);
        leadership.failed(REFUSED, NOW);
        // When
        leadership.published();
        // Then
        assertThat(leadership.failed(REFUSED, NOW)).isEqualTo(1);
    }

    @Test
    void losingTheLeaseIsNoFailureAndNeedsNoPause() {
        // Given
        leadership.leads(term.orElseThrow());
        // When
        for (int i = 0; i < 10; i++) {
            leadership.lost();
        }
        // Then
        assertThat(leadership.givesUp()).isFalse();
        assertThat(leadership.next(Optional.empty(), NOW)).isEqualTo(STAND_BY);
        assertThat(leadership.next(later, NOW)).isEqualTo(TAKE_OVER);
    }

    @Test
    void aLossThatTheGroupHasNotToldYetIsProvenAgainBeforeAnythingElse() {
        // Given a transaction that was refused, and a term that seems to run
        leadership.leads(term.orElseThrow());
        // When
        leadership.lost();
        // Then
        assertThat(leadership.next(term, NOW)).isEqualTo(TAKE_OVER);
    }
}
