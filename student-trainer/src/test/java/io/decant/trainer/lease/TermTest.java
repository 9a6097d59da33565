package io.decant.trainer.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.junit.jupiter.api.Test;

class TermTest {
    @Test
    void aGenerationThatNamesNoMemberIsRefusedBecauseItWouldNotFence() {
        assertThatThrownBy(() -> new Term(Generations.ofNobody(), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("held by a member");
    }

    @Test
    void aRunningTermGoesOnToEachGenerationOfAMember() {
        // Given
        Term term = Generations.term(3);
        // When
        term.renew(Generations.of(4));
        term.renew(Generations.ofNobody());
        // Then
        assertThat(term.generation().generationId()).isEqualTo(4);
    }

    @Test
    void anEndedTermStaysInItsLastGenerationForEver() {
        // Given
        Term term = Generations.term(3);
        // When
        term.end();
        term.renew(Generations.of(5));
        // Then
        assertThat(term.generation().generationId()).isEqualTo(3);
    }

    @Test
    void whoWaitsAfterARefusalGetsTheNextGeneration() throws Exception {
        // Given
        Term term = Generations.term(3);
        // When
        CompletableFuture<Optional<ConsumerGroupMetadata>> next = waitAfter(term, 3);
        term.renew(Generations.of(3));
        term.renew(Generations.of(4));
        // Then
        assertThat(next.get(20, TimeUnit.SECONDS))
                .hasValueSatisfying(found -> assertThat(found.generationId()).isEqualTo(4));
    }

    @Test
    void whoWaitsAfterARefusalGetsNothingWhenTheLeaseIsLost() throws Exception {
        // Given
        Term term = Generations.term(3);
        // When
        CompletableFuture<Optional<ConsumerGroupMetadata>> next = waitAfter(term, 3);
        term.end();
        // Then
        assertThat(next.get(20, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void theWaitAfterARefusalIsBounded() throws Exception {
        // Given
        Term term = new Term(Generations.of(3), Duration.ofMillis(1));
        // When, Then
        assertThat(term.after(Generations.of(3))).isEmpty();
    }

    private static CompletableFuture<Optional<ConsumerGroupMetadata>> waitAfter(
            Term term, int refused) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return term.after(Generations.of(refused));
                    } catch (InterruptedException stopped) {
                        throw new IllegalStateException(stopped);
                    }
                });
    }
}
