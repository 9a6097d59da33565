package io.decant.it.laws;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.source.SourceShare;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.records.TrustedRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Negative controls: a checker that cannot fail would prove nothing. */
class EachSampleEntersTheJournalOnceTest {
    private static final ClusterSettings CLUSTER =
            ClusterSettings.of("nowhere:1", "http://nowhere:1");

    static {
        TrustedRecords.load();
    }

    private final List<Entry<SoftTarget>> answers = new ArrayList<>();
    private final List<Entry<Label>> labels = new ArrayList<>();
    private final List<Entry<TrainingPair>> pairs = new ArrayList<>();

    /** Samples: 0 with its label, 1 with a late one, 2 without, 3 skipped with one, 4 without. */
    @BeforeEach
    void aLawfulRun() {
        for (int sample = 0; sample < 5; sample++) {
            answers.add(answer(sample, sample < 3 ? Outcome.SCORED : Outcome.SKIPPED));
        }
        labels.addAll(List.of(label(0, 10), label(1, 11), label(1, 12), label(3, 13)));
        pairs.add(pair(PairKind.LABELLED, 0, 10));
        pairs.add(pair(PairKind.SOFT_ONLY, 1, -1));
        pairs.add(pair(PairKind.SOFT_ONLY, 2, -1));
        pairs.add(pair(PairKind.LABEL_CORRECTION, 1, 11));
        pairs.add(pair(PairKind.LABEL_ONLY, 3, 13));
    }

    @Test
    void aLawfulRunPasses() {
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void anAnsweredSampleThatIsMissingIsFound() {
        pairs.remove(2);
        broken("answered but never paired");
    }

    @Test
    void aSecondPairOfASampleIsFound() {
        pairs.add(pair(PairKind.LABEL_ONLY, 0, 10));
        broken("an earlier LABEL_ONLY of tally-0");
    }

    @Test
    void aLabelThatItsPairHasLostIsFound() {
        pairs.set(0, pair(PairKind.SOFT_ONLY, 0, -1));
        broken("what the label of tally-0 has taught");
    }

    @Test
    void aLateLabelWithoutItsCorrectionIsFound() {
        pairs.remove(3);
        broken("what the label of tally-1 has taught");
    }

    @Test
    void aSecondLabelThatTeachesInsteadOfTheFirstIsFound() {
        pairs.set(3, pair(PairKind.LABEL_CORRECTION, 1, 12));
        broken("what the label of tally-1 has taught");
    }

    @Test
    void aSkippedSampleWhoseLabelTeachesNothingIsFound() {
        pairs.remove(4);
        broken("what the label of tally-3 has taught");
    }

    @Test
    void aLabelThatTheJoinerHasNotReachedMayBeMissing() {
        labels.add(label(2, 20));
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    private void broken(String where) {
        assertThatThrownBy(this::check)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(where);
    }

    private void check() {
        new EachSampleEntersTheJournalOnce()
                .check(
                        new RunRecord(
                                CLUSTER,
                                SourceShare.ALL,
                                Map.of(0, 20L, 1, 20L, 2, 20L, 3, 20L),
                                List.of(),
                                answers,
                                labels,
                                pairs,
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of()));
    }

    private static String id(int sample) {
        return "tally-" + sample;
    }

    private static <T> Entry<T> entry(int sample, long offset, T value) {
        return new Entry<>(
                id(sample), CLUSTER.topics().samplePartition(id(sample)), offset, 0, value);
    }

    private static Entry<SoftTarget> answer(int sample, Outcome outcome) {
        SoftTarget answer = Tally.pair(sample, 8).getSoftTargets().get(0);
        answer.setOutcome(outcome);
        return entry(sample, sample, answer);
    }

    private static Entry<Label> label(int sample, long offset) {
        return entry(sample, offset, new Label(id(sample), 0, null, "test", 1L));
    }

    private static Entry<TrainingPair> pair(PairKind kind, int sample, long labelOffset) {
        TrainingPair pair = Tally.pair(sample, 8);
        pair.setKind(kind);
        pair.setLabelOffset(labelOffset);
        return entry(sample, 0, pair);
    }
}
