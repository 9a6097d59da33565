package io.decant.teacher.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleRangeTest {
    @Test
    void aRangeIsReadAndShownAsTwoNumbers() {
        assertThat(SampleRange.parse("10:20")).isEqualTo(new SampleRange(10, 20));
        assertThat(new SampleRange(10, 20)).hasToString("10:20");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5:5|a range must be A:B with 0 <= A < B, was 5:5",
                "9:3|a range must be A:B with 0 <= A < B, was 9:3",
                "-1:3|a range must be A:B with whole numbers, for example 0:30000, was '-1:3'",
                "3|a range must be A:B with whole numbers, for example 0:30000, was '3'",
                "1:99999999999|a range must be A:B with whole numbers, for example 0:30000, was '1:99999999999'"
            })
    void anotherTextIsRefusedWithOneSentence(String text, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleRange.parse(text))
                .withMessage(sentence);
    }

    @Test
    void theFirstHalfIsTheDefaultAndNeverEmpty() {
        assertThat(SampleRange.firstHalf(60_001)).isEqualTo(new SampleRange(0, 30_000));
        assertThat(SampleRange.firstHalf(1)).isEqualTo(new SampleRange(0, 1));
    }

    @Test
    void aRangeBeyondTheSamplesIsRefused() {
        SampleRange range = new SampleRange(5, 11);
        assertThat(range.within(11)).isSameAs(range);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> range.within(10))
                .withMessage(
                        "the range 5:11 must lie within the 10 training samples of the dataset");
    }
}
