package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.source.SourceRecord;
import org.junit.jupiter.api.Test;

class SampleCacheTest {
    private static final int VALUE = 1000;
    private static final int KEY = 10;
    private static final int ENTRY = KEY + VALUE + SampleCache.ENTRY_OVERHEAD_BYTES;

    private static SourceRecord sample() {
        return new SourceRecord(new byte[KEY], 0, 0, new byte[VALUE]);
    }

    @Test
    void theOldestSamplesMakeRoom() {
        // Given
        SampleCache cache = new SampleCache(3 * ENTRY);

        // When
        for (long offset = 0; offset < 5; offset++) {
            cache.put(offset, sample());
        }

        // Then
        assertThat(cache.get(1)).isNull();
        assertThat(cache.get(2)).isNotNull();
        assertThat(cache.get(4)).isNotNull();
        assertThat(cache.bytes()).isEqualTo(3 * ENTRY);
    }

    @Test
    void aSampleThatComesTwiceTakesItsRoomOnce() {
        // Given
        SampleCache cache = new SampleCache(3 * ENTRY);

        // When
        cache.put(7, sample());
        cache.put(7, sample());

        // Then
        assertThat(cache.bytes()).isEqualTo(ENTRY);
    }

    @Test
    void aSampleLargerThanTheCacheIsNotKept() {
        // Given
        SampleCache cache = new SampleCache(ENTRY - 1);

        // When
        cache.put(7, sample());

        // Then
        assertThat(cache.get(7)).isNull();
        assertThat(cache.bytes()).isZero();
    }
}
