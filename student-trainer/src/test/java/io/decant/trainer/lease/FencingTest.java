package io.decant.trainer.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class FencingTest {
    @Test
    void aFencedTransactionMayBeTheWorkOfAnotherProcessHoweverItIsWrapped() {
        assertThat(Fencing.mayHaveCaused(new ProducerFencedException("old"))).isTrue();
        assertThat(Fencing.mayHaveCaused(new CommitFailedException())).isTrue();
        assertThat(
                        Fencing.mayHaveCaused(
                                new KafkaException(
                                        "error state", new InvalidProducerEpochException("old"))))
                .isTrue();
    }

    @Test
    void aClusterThatDoesNotAnswerIsNotFencing() {
        assertThat(Fencing.mayHaveCaused(new TimeoutException("60 s have passed"))).isFalse();
    }
}
