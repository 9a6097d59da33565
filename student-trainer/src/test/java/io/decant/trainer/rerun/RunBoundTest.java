package io.decant.trainer.rerun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunBoundTest {
    @Test
    void aBoundIsOffsetsOrATime() {
        assertThat(RunBound.parse("--to", "0:100,3:90"))
                .isEqualTo(new RunBound.Offsets(Map.of(0, 100L, 3, 90L)));
        assertThat(RunBound.parse("--to", "2026-11-22T08:00:00Z"))
                .isEqualTo(new RunBound.Time(Instant.parse("2026-11-22T08:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "0:", "0:1,", "1", "0:-1", "2026-11-22"})
    void anythingElseIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> RunBound.parse("--from", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--from must be PARTITION:OFFSET,... or a time such as")
                .hasMessageContaining("was '" + text + "'");
    }

    @Test
    void aPartitionHasOneBound() {
        assertThatThrownBy(() -> RunBound.parse("--from", "1:2,1:3"))
                .hasMessageContaining("--from names partition 1 twice");
    }
}
