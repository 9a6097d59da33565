package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.retry.GaveUpException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    private static final Throwable PASSING =
            new StreamsException(new GaveUpException("", new TimeoutException("no answer")));

    private static final Throwable BUG = new StreamsException(new IllegalStateException("bug"));

    @Test
    void whatFailsInAnOutageIsTheOutages() {
        assertThat(new RestartPolicy(5).restart(BUG, true, 0)).isTrue();
    }

    @Test
    void aBugStopsTheJoinerAtOnce() {
        assertThat(new RestartPolicy(5).restart(BUG, false, 0)).isFalse();
    }

    @Test
    void aTransactionThatTheBrokerHasEndedMeanwhileIsBegunAnew() {
        assertThat(
                        new RestartPolicy(5)
                                .restart(
                                        new StreamsException(
                                                "commit", new InvalidTxnStateException("ended")),
                                        false,
                                        0))
                .isTrue();
    }

    @Test
    void aFailureThatMayPassIsFollowedByABoundedNumberOfRestarts() {
        // Given
        RestartPolicy policy = new RestartPolicy(2);

        // When, Then
        assertThat(policy.restart(PASSING, false, 0)).isTrue();
        assertThat(policy.restart(PASSING, false, 1)).isTrue();
        assertThat(policy.restart(PASSING, false, 2)).isFalse();
    }

    @Test
    void restartsAreForgottenAfterTenMinutes() {
        // Given
        RestartPolicy policy = new RestartPolicy(1);
        policy.restart(PASSING, false, 0);

        // When, Then
        assertThat(policy.restart(PASSING, false, 600_000)).isFalse();
        assertThat(policy.restart(PASSING, false, 600_001)).isTrue();
    }
}
