package io.decant.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
    @ParameterizedTest
    @CsvSource({"0ms,0", "200ms,200", "10s,10000", "5m,300000", "36h,129600000", "7d,604800000"})
    void aTimeIsANumberAndAUnitAndIsWrittenInTheLargestUnitThatFits(String text, long millis) {
        assertThat(TimeText.parse(text)).contains(Duration.ofMillis(millis));
        assertThat(TimeText.of(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "1.5s", "-1s", "1 s", "1S", "1w", "999999999999999999d"})
    void anythingElseIsNoTime(String text) {
        assertThat(TimeText.parse(text)).isEmpty();
    }

    @Test
    void ninetySecondsAreNotAWholeMinute() {
        assertThat(TimeText.of(Duration.ofSeconds(90))).isEqualTo("90s");
    }
}
