package io.decant.trainer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairFilterTest {
    @Test
    void aPairMustHaveAllTheAttributes() {
        // Given
        PairFilter filter = PairFilter.parse(List.of("tenant=a", "site=north=1"));
        // When, Then
        assertThat(filter.passes(Map.of("tenant", "a", "site", "north=1", "more", "x"))).isTrue();
        assertThat(filter.passes(Map.of("tenant", "a"))).isFalse();
        assertThat(filter.passes(Map.of("tenant", "b", "site", "north=1"))).isFalse();
    }

    @Test
    void noConditionLetsEveryPairThrough() {
        assertThat(PairFilter.parse(List.of()).passes(Map.of())).isTrue();
    }

    @Test
    void aConditionThatNoPairCanMeetIsRefused() {
        assertThatThrownBy(() -> PairFilter.parse(List.of("tenant=a", "tenant=b")))
                .hasMessageContaining("names the attribute 'tenant' twice");
        assertThatThrownBy(() -> PairFilter.parse(List.of("=a")))
                .hasMessageContaining("ATTRIBUTE=VALUE");
    }
}
