package io.decant.trainer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.trainer.learn.SampleKey;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairFilterTest {
    @Test
    void aPairMustHaveAllTheAttributes() {
        // Given
        PairFilter filter = PairFilter.parse(List.of("tenant=a", "site=north=1"), List.of());
        // When, Then
        assertThat(filter.passes("s", Map.of("tenant", "a", "site", "north=1", "more", "x")))
                .isTrue();
        assertThat(filter.passes("s", Map.of("tenant", "a"))).isFalse();
        assertThat(filter.passes("s", Map.of("tenant", "b", "site", "north=1"))).isFalse();
    }

    @Test
    void noConditionLetsEveryPairThrough() {
        assertThat(PairFilter.parse(List.of(), List.of()).passes("s", Map.of())).isTrue();
    }

    @Test
    void aConditionThatNoPairCanMeetIsRefused() {
        assertThatThrownBy(() -> PairFilter.parse(List.of("tenant=a", "tenant=b"), List.of()))
                .hasMessageContaining("names the attribute 'tenant' twice");
        assertThatThrownBy(() -> PairFilter.parse(List.of("=a"), List.of()))
                .hasMessageContaining("ATTRIBUTE=VALUE");
    }

    @Test
    void anExcludedSampleNeverPasses() {
        // Given
        PairFilter filter =
                PairFilter.parse(List.of("tenant=a"), List.of(SampleKey.of("gone").text()));
        // When, Then
        assertThat(filter.passes("gone", Map.of("tenant", "a"))).isFalse();
        assertThat(filter.passes("stays", Map.of("tenant", "a"))).isTrue();
        assertThat(filter.passes("stays", Map.of())).isFalse();
    }

    @Test
    void theKeyOfASampleIsTheBeginningOfItsSha256() {
        // printf %s abc | sha256sum
        assertThat(SampleKey.of("abc").text()).isEqualTo("ba7816bf8f01cfea414140de5dae2223");
        assertThat(SampleKey.parse("ba7816bf8f01cfea414140de5dae2223"))
                .isEqualTo(SampleKey.of("abc"));
        assertThatThrownBy(() -> PairFilter.parse(List.of(), List.of("abc")))
                .hasMessageContaining("32 hexadecimal digits in lower case, was 'abc'");
    }

    @Test
    void moreExcludedSamplesThanALineageRecordCanHoldAreRefused() {
        List<String> keys =
                IntStream.rangeClosed(0, PairFilter.MOST_EXCLUDED)
                        .mapToObj(i -> SampleKey.of("s" + i).text())
                        .toList();
        assertThatThrownBy(() -> PairFilter.parse(List.of(), keys))
                .hasMessageContaining("at most 4000 samples can be excluded");
    }
}
