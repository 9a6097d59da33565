package io.decant.model.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowBucketsTest {
    @ParameterizedTest
    @CsvSource({"1,16", "16,16", "17,24", "24,24", "25,32", "33,48", "49,64", "65,96", "1000,1024"})
    void rowsGoIntoTheSmallestBucketThatHoldsThem(int rows, int bucket) {
        assertThat(RowBuckets.of(rows)).isEqualTo(bucket);
    }

    @Test
    void aThousandRowCountsMakeThirteenShapes() {
        assertThat(IntStream.rangeClosed(1, 1024).map(RowBuckets::of).distinct()).hasSize(13);
    }
}
