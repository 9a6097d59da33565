package io.decant.gateway.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.reload.ServingModel;
import io.decant.pipeline.config.Configuration;
import io.decant.records.DType;
import io.decant.records.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FeedbackSamplerTest {
    private final ManualClock clock = new ManualClock();
    private final FeedbackCounters counters = new FeedbackCounters();
    private final ServingModel served =
            ServingModel.of(Versions.small().accepted(7), clock.instant());

    private FeedbackSampler sampler(String... settings) {
        return new FeedbackSampler(
                Configuration.of(FeedbackSettings.class, List.of(settings)),
                "edge-1",
                Versions.MODEL,
                counters,
                clock);
    }

    private void answer(FeedbackSampler sampler, Optional<String> id, byte... inputs) {
        sampler.answered(served, id, inputs.length / 4, inputs, new float[0], 1000);
    }

    private static List<Sample> taken(FeedbackSampler sampler) throws InterruptedException {
        List<Sample> all = new ArrayList<>();
        for (Optional<Sample> sample = sampler.take(Duration.ZERO);
                sample.isPresent();
                sample = sampler.take(Duration.ZERO)) {
            all.add(sample.get());
        }
        return all;
    }

    @Test
    void takesNothingUnlessToldTo() throws Exception {
        // Given
        FeedbackSampler sampler = sampler();

        // When
        answer(sampler, Optional.of("a"), (byte) 1, (byte) 2, (byte) 3, (byte) 4);

        // Then
        assertThat(taken(sampler)).isEmpty();
        assertThat(counters.snapshot().offered()).isZero();
    }

    @Test
    void takesTheFeaturesAsTheyCameWithWhoServedThem() throws Exception {
        // Given
        FeedbackSampler sampler = sampler("share=1");

        // When
        answer(sampler, Optional.of("a"), (byte) 1, (byte) 2, (byte) 3, (byte) -4);

        // Then
        Sample sample = taken(sampler).get(0);
        assertThat(sample.getSampleId()).isEqualTo("a");
        assertThat(sample.getFeatures().getDtype()).isEqualTo(DType.U8);
        assertThat(sample.getFeatures().getShape()).containsExactly(2, 2);
        assertThat(sample.getFeatures().getData().array()).containsExactly(1, 2, 3, -4);
        assertThat(sample.getEventTimeMillis()).isEqualTo(clock.millis());
        assertThat(sample.getAttributes())
                .isEqualTo(Map.of("gateway", "edge-1", "model", "student", "model-version", "7"));
    }

    @Test
    void namesTheRowsOfARequestAndRequestsWithoutAUsableName() throws Exception {
        // Given
        FeedbackSampler sampler = sampler("share=1");

        // When
        answer(sampler, Optional.of("a"), new byte[8]);
        answer(sampler, Optional.empty(), new byte[4]);
        answer(sampler, Optional.of("x".repeat(257)), new byte[4]);

        // Then the names that are made up begin with the gateway and its start
        String life = "edge-1-" + Long.toString(clock.millis(), 36) + "-";
        assertThat(taken(sampler))
                .extracting(Sample::getSampleId)
                .containsExactly("a-0", "a-1", life + 1, life + 2);
    }

    @Test
    void choosesTheSameSamplesAgainAndNearlyTheShare() throws Exception {
        // Given two gateways
        FeedbackSampler one = sampler("share=0.2", "queue=10000", "max-per-second=10000");
        FeedbackSampler other = sampler("share=0.2", "queue=10000", "max-per-second=10000");

        // When
        for (int i = 0; i < 5000; i++) {
            answer(one, Optional.of("sample-" + i), new byte[4]);
            answer(other, Optional.of("sample-" + i), new byte[4]);
        }

        // Then 1000 are expected of a fair choice, with a standard deviation of 28
        List<String> chosen = taken(one).stream().map(Sample::getSampleId).toList();
        assertThat(chosen).hasSizeBetween(880, 1120);
        assertThat(taken(other)).extracting(Sample::getSampleId).isEqualTo(chosen);
    }

    @Test
    void dropsWhatIsBeyondTheRateOrTheQueueAndCountsIt() throws Exception {
        // Given
        FeedbackSampler sampler = sampler("share=1", "queue=4", "max-per-second=6");

        // When
        for (int i = 0; i < 10; i++) {
            answer(sampler, Optional.empty(), new byte[4]);
        }
        List<Sample> first = taken(sampler);
        answer(sampler, Optional.empty(), new byte[4]);
        clock.advance(Duration.ofSeconds(1));
        answer(sampler, Optional.empty(), new byte[4]);

        // Then
        assertThat(first).hasSize(4);
        assertThat(taken(sampler)).hasSize(1);
        assertThat(counters.snapshot()).isEqualTo(new FeedbackCounters.Snapshot(12, 0, 7));
    }
}
