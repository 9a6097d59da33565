package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JoinStateCodecTest {
    private static final long SINCE = 1_700_000_000_000L;

    private static RawRecord record(long offset, int bytes) {
        byte[] value = new byte[bytes];
        java.util.Arrays.fill(value, (byte) 0x41);
        return new RawRecord(offset, SINCE + 5, ByteBuffer.wrap(value));
    }

    private static JoinState.Joined joined(Optional<LabelMark> label) {
        return new JoinState.Joined(
                SINCE, new Position(3, 123_456_789L), 0x0102030405060708L, 10, List.of(-7), label);
    }

    private static JoinState waiting(RawRecord label) {
        return JoinState.Waiting.since(SINCE).labelled(label);
    }

    static Stream<JoinState> states() {
        return Stream.of(
                JoinState.ABSENT,
                joined(Optional.empty()),
                joined(Optional.of(new LabelMark(false, 9))),
                joined(Optional.of(new LabelMark(true, Integer.MIN_VALUE))),
                new JoinState.Joined(
                        -1,
                        new Position(0, Long.MAX_VALUE),
                        -1,
                        1000,
                        List.of(1, 2),
                        Optional.empty()),
                waiting(record(0, 60)),
                new JoinState.Waiting(
                        SINCE,
                        List.of(record(1, 80), record(2, 0)),
                        Optional.empty(),
                        Set.of(JoinState.Wait.LABEL)),
                new JoinState.Waiting(
                        SINCE,
                        List.of(record(300, 80)),
                        Optional.of(record(Long.MAX_VALUE, 1)),
                        Set.of(JoinState.Wait.LABEL, JoinState.Wait.TEACHERS)),
                new JoinState.Skipped(SINCE, new Position(3, 123_456_789L), -2));
    }

    @ParameterizedTest
    @MethodSource("states")
    void everyStateComesBackAsItWas(JoinState state) {
        assertThat(JoinStateCodec.decode(JoinStateCodec.encode(state))).isEqualTo(state);
    }

    @Test
    void statesAreSmallBecauseTheyAreLogged() {
        assertThat(JoinStateCodec.encode(joined(Optional.of(new LabelMark(false, 9)))))
                .hasSizeLessThanOrEqualTo(40);
        assertThat(JoinStateCodec.encode(new JoinState.Skipped(SINCE, new Position(3, 1 << 30), 7)))
                .hasSizeLessThanOrEqualTo(30);
        assertThat(JoinStateCodec.encode(waiting(record(1_000_000, 80))))
                .hasSizeLessThanOrEqualTo(150);
    }

    @Test
    void bytesOfFormatOneAreReadForEver() {
        // Given
        byte[] joined =
                HexFormat.of()
                        .parseHex("010680a0abfef96206aab4de7501020304050607081402fffffff900000009");
        byte[] waiting = HexFormat.of().parseHex("010580a0abfef96200028aa0abfef962044141");

        // When, Then
        assertThat(JoinStateCodec.decode(joined))
                .isEqualTo(joined(Optional.of(new LabelMark(false, 9))));
        assertThat(JoinStateCodec.encode(joined(Optional.of(new LabelMark(false, 9)))))
                .isEqualTo(joined);
        assertThat(JoinStateCodec.decode(waiting))
                .isEqualTo(
                        waiting(
                                new RawRecord(
                                        1,
                                        SINCE + 5,
                                        ByteBuffer.wrap("AA".getBytes(StandardCharsets.UTF_8)))));
    }

    @Test
    void bytesOfAnotherFormatAreABugAndNotAState() {
        assertThatThrownBy(() -> JoinStateCodec.decode(new byte[] {2, 1, 0}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("format 2");
    }
}
