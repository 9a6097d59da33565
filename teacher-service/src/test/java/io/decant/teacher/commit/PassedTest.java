package io.decant.teacher.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PassedTest {
    private final Passed passed = new Passed("samples", 3);

    @Test
    void theOffsetToGoOnFromIsOnePastTheLastRecord() {
        // When
        passed.record(2, 40);
        passed.record(0, 7);
        passed.record(2, 41);

        // Then
        assertThat(passed.isEmpty()).isFalse();
        assertThat(passed.offsets()).isEqualTo(Map.of(at(0), offset(8), at(2), offset(42)));
    }

    @Test
    void aStartWithoutARecordIsAlsoToBeCommitted() {
        // When
        passed.resumeAt(1, 0);

        // Then
        assertThat(passed.isEmpty()).isFalse();
        assertThat(passed.offsets()).isEqualTo(Map.of(at(1), offset(0)));
    }

    @Test
    void nothingIsLeftAfterClearing() {
        // Given
        passed.record(1, 5);

        // When
        passed.clear();

        // Then
        assertThat(passed.isEmpty()).isTrue();
        assertThat(passed.offsets()).isEmpty();
    }

    private static TopicPartition at(int partition) {
        return new TopicPartition("samples", partition);
    }

    private static OffsetAndMetadata offset(long offset) {
        return new OffsetAndMetadata(offset);
    }
}
