package io.decant.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TailStartTest {
    @Test
    void aPlaceIsAWordAnOffsetOrATime() {
        assertThat(TailStart.parse("earliest")).isEqualTo(new TailStart.Earliest());
        assertThat(TailStart.parse("latest")).isEqualTo(new TailStart.Latest());
        assertThat(TailStart.parse("1200")).isEqualTo(new TailStart.At(1200));
        assertThat(TailStart.parse("2026-11-22T08:00:00Z"))
                .isEqualTo(new TailStart.Since(Instant.parse("2026-11-22T08:00:00Z")));
    }

    @Test
    void anythingElseIsRefusedWithWhatWasExpected() {
        for (String text : new String[] {"", "-3", "yesterday", "99999999999999999999"}) {
            assertThatThrownBy(() -> TailStart.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "--from must be earliest, latest, an offset or a time such as 2026-11-22T08:00:00Z, was '"
                                    + text
                                    + "'");
        }
    }
}
