package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Events in, outcomes out, for one sample id. The words: {@code soft} a teacher's answer, {@code
 * other} and {@code third} other teachers', {@code wrong} one to other features, {@code skipped}
 * and {@code other-skipped} none; {@code label3} a class, {@code dist3} a distribution; {@code
 * later} the window passes; {@code gone} retention removes the sample; {@code sweep}, {@code
 * over-label} and {@code over-teachers} the adapter's ticks.
 */
class SampleJoinerTest {
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final Sample SAMPLE = Examples.sample("run-7");
    private static final Position AT = new Position(0, 42);

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            textBlock =
                    """
                    soft,                       pairs_soft_only
                    soft label3,                pairs_soft_only pairs_label_correction
                    label3 soft,                label_waiting pairs_labelled
                    soft soft,                  pairs_soft_only soft_target_duplicate
                    soft other,                 pairs_soft_only soft_target_late_teacher
                    soft label3 soft,           pairs_soft_only pairs_label_correction soft_target_duplicate
                    soft label3 label3,         pairs_soft_only pairs_label_correction label_duplicate
                    soft label3 label4,         pairs_soft_only pairs_label_correction label_conflict
                    soft label3 label4 label3,  pairs_soft_only pairs_label_correction label_conflict label_duplicate
                    label3 label3 soft,         label_waiting label_duplicate pairs_labelled
                    label3 label4 soft,         label_waiting label_conflict pairs_labelled
                    label3 soft label3,         label_waiting pairs_labelled label_duplicate
                    label3 soft label4,         label_waiting pairs_labelled label_conflict
                    label3 soft soft,           label_waiting pairs_labelled soft_target_duplicate
                    dist3 soft dist3,           label_waiting pairs_labelled label_duplicate
                    soft dist3 dist4,           pairs_soft_only pairs_label_correction label_conflict
                    soft dist3 label3,          pairs_soft_only pairs_label_correction label_conflict
                    label10 soft,               label_waiting dead_letters pairs_soft_only
                    label10 soft label3,        label_waiting dead_letters pairs_soft_only pairs_label_correction
                    soft label10 label3,        pairs_soft_only dead_letters pairs_label_correction
                    """)
    void aSampleIsLearnedOnceInAnyOrderOfItsRecords(String events, String outcomes) {
        assertThat(new Scenario(false).play(events)).isEqualTo(outcomes);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            textBlock =
                    """
                    label3 later soft,          label_waiting label_unmatched pairs_soft_only
                    label3 later label4 soft,   label_waiting label_unmatched label_waiting pairs_labelled
                    soft later label3,          pairs_soft_only sample_never_labelled label_waiting
                    soft later soft,            pairs_soft_only sample_never_labelled pairs_soft_only
                    soft label3 later soft,     pairs_soft_only pairs_label_correction pairs_soft_only
                    label3 later sweep,         label_waiting label_unmatched
                    soft later sweep label3,    pairs_soft_only sample_never_labelled label_waiting
                    soft label3 later sweep,    pairs_soft_only pairs_label_correction
                    soft sweep label3,          pairs_soft_only pairs_label_correction
                    label3 sweep soft,          label_waiting pairs_labelled
                    """)
    void whatIsOverCountsAsAbsentWhetherItWasSweptOrNot(String events, String outcomes) {
        assertThat(new Scenario(false).play(events)).isEqualTo(outcomes);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            textBlock =
                    """
                    gone soft,                  sample_expired
                    gone label3 soft,           label_waiting sample_expired
                    gone label3 soft back soft, label_waiting sample_expired pairs_labelled
                    soft gone label3,           pairs_soft_only label_expired
                    soft gone label3 label3,    pairs_soft_only label_expired label_duplicate
                    """)
    void aSampleThatRetentionHasRemovedIsCounted(String events, String outcomes) {
        assertThat(new Scenario(false).play(events)).isEqualTo(outcomes);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            textBlock =
                    """
                    soft over-label,            soft_target_waiting pairs_soft_only
                    soft label3 over-label,     soft_target_waiting pairs_labelled
                    soft over-label label3,     soft_target_waiting pairs_soft_only pairs_label_correction
                    soft soft over-label,       soft_target_waiting soft_target_duplicate pairs_soft_only
                    soft other label3,          soft_target_waiting soft_target_waiting pairs_labelled
                    label3 soft,                label_waiting pairs_labelled
                    label3 over-label,          label_waiting
                    soft later sweep,           soft_target_waiting pairs_soft_only
                    soft later label3,          soft_target_waiting pairs_labelled
                    gone soft over-label,       soft_target_waiting sample_expired
                    skipped other label3,       soft_target_skipped pairs_soft_only pairs_label_correction
                    """)
    void aPairMayWaitForItsLabelABoundedTime(String events, String outcomes) {
        assertThat(new Scenario(true).play(events)).isEqualTo(outcomes);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            textBlock =
                    """
                    skipped,                    soft_target_skipped
                    skipped label3,             soft_target_skipped pairs_label_only
                    label3 skipped,             label_waiting soft_target_skipped pairs_label_only
                    skipped label3 label3,      soft_target_skipped pairs_label_only label_duplicate
                    skipped label3 label4,      soft_target_skipped pairs_label_only label_conflict
                    skipped dist3 label3,       soft_target_skipped pairs_label_only label_conflict
                    skipped skipped label3,     soft_target_skipped soft_target_skipped pairs_label_only
                    skipped label3 skipped,     soft_target_skipped pairs_label_only soft_target_skipped
                    skipped label3 soft,        soft_target_skipped pairs_label_only soft_target_late_teacher
                    label3 skipped soft,        label_waiting soft_target_skipped pairs_label_only soft_target_late_teacher
                    skipped soft,               soft_target_skipped pairs_soft_only
                    skipped wrong label3,       soft_target_skipped dead_letters pairs_label_only
                    skipped wrong soft,         soft_target_skipped dead_letters pairs_soft_only
                    skipped gone soft back label3, soft_target_skipped sample_expired pairs_label_only
                    skipped soft label3,        soft_target_skipped pairs_soft_only pairs_label_correction
                    soft skipped label3,        pairs_soft_only soft_target_skipped pairs_label_correction
                    skipped later sweep,        soft_target_skipped skipped_never_labelled
                    skipped later label3,       soft_target_skipped skipped_never_labelled label_waiting
                    skipped sweep label3,       soft_target_skipped pairs_label_only
                    skipped gone label3,        soft_target_skipped label_expired
                    skipped gone label3 label3, soft_target_skipped label_expired label_duplicate
                    gone skipped,               soft_target_skipped sample_expired
                    gone label3 skipped back skipped, label_waiting soft_target_skipped sample_expired soft_target_skipped pairs_label_only
                    """)
    void aSkippedSampleIsTaughtByItsLabelAlone(String events, String outcomes) {
        assertThat(new Scenario(false).play(events)).isEqualTo(outcomes);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            textBlock =
                    """
                    soft other,                          soft_target_waiting pairs_soft_only
                    other soft,                          soft_target_waiting pairs_soft_only
                    label3 other soft,                   label_waiting soft_target_waiting pairs_labelled
                    other label3 soft,                   soft_target_waiting label_waiting pairs_labelled
                    other label3 label4 soft,            soft_target_waiting label_waiting label_conflict pairs_labelled
                    soft over-teachers other,            soft_target_waiting pairs_soft_only soft_target_late_teacher
                    soft label3 over-teachers,           soft_target_waiting label_waiting pairs_labelled
                    soft soft over-teachers,             soft_target_waiting soft_target_duplicate pairs_soft_only
                    soft later sweep,                    soft_target_waiting pairs_soft_only
                    third soft other,                    soft_target_waiting soft_target_waiting pairs_soft_only
                    third over-teachers,                 soft_target_waiting pairs_soft_only
                    skipped other label3,                soft_target_skipped pairs_soft_only pairs_label_correction
                    skipped label3 other,                soft_target_skipped label_waiting pairs_labelled
                    skipped label3 over-teachers other,  soft_target_skipped label_waiting pairs_label_only soft_target_late_teacher
                    skipped over-teachers label3,        soft_target_skipped pairs_label_only
                    skipped over-teachers other label3,  soft_target_skipped pairs_soft_only pairs_label_correction
                    skipped other-skipped label3,        soft_target_skipped soft_target_skipped pairs_label_only
                    label3 skipped other-skipped,        label_waiting soft_target_skipped soft_target_skipped pairs_label_only
                    skipped soft other,                  soft_target_skipped soft_target_duplicate pairs_soft_only
                    over-teachers,                       ''
                    """)
    void aPairIsKeptBackForTheExpectedTeachersABoundedTime(String events, String outcomes) {
        assertThat(new Scenario(false, "big", "bigger").play(events)).isEqualTo(outcomes);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            textBlock =
                    """
                    soft other label3,                   soft_target_waiting soft_target_waiting pairs_labelled
                    soft label3 other,                   soft_target_waiting label_waiting pairs_labelled
                    soft over-label other,               soft_target_waiting pairs_soft_only
                    soft other over-label,               soft_target_waiting soft_target_waiting pairs_soft_only
                    soft over-teachers label3,           soft_target_waiting pairs_labelled
                    soft label3 over-teachers,           soft_target_waiting label_waiting pairs_labelled
                    soft over-teachers over-label,       soft_target_waiting pairs_soft_only
                    soft over-label over-teachers,       soft_target_waiting pairs_soft_only
                    """)
    void theTwoWaitsEndIndependently(String events, String outcomes) {
        assertThat(new Scenario(true, "big", "bigger").play(events)).isEqualTo(outcomes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "soft other third label3",
                "third label3 other soft",
                "other third soft label3"
            })
    void answersStandInThePairAsTheirTeachersAreNamed(String events) {
        // Given
        Scenario scenario = new Scenario(true, "bigger", "big");

        // When
        scenario.play(events);

        // Then
        assertThat(scenario.pairs)
                .singleElement()
                .satisfies(
                        pair ->
                                assertThat(pair.getSoftTargets())
                                        .extracting(SoftTarget::getTeacherId)
                                        .startsWith("bigger", "big"));
    }

    @Test
    void aPairOfALabelAloneHoldsFeaturesAndLabelButNoAnswer() {
        // Given
        Scenario scenario = new Scenario(false);

        // When
        scenario.play("skipped label3");

        // Then
        TrainingPair pair = scenario.pairs.get(0);
        assertThat(pair.getKind()).isEqualTo(PairKind.LABEL_ONLY);
        assertThat(pair.getFeatures()).isEqualTo(SAMPLE.getFeatures());
        assertThat(pair.getSoftTargets()).isEmpty();
        assertThat(pair.getSoftTargetOffsets()).isEmpty();
        assertThat(pair.getLabel().getClassIndex()).isEqualTo(3);
        assertThat(pair.getLabelOffset()).isEqualTo(1);
        assertThat(pair.getSampleOffset()).isEqualTo(AT.offset());
        assertThat(scenario.delays).containsExactly(250L);
    }

    @Test
    void aSkippedAnswerDoesNotStandInThePairOfAnother() {
        // Given
        Scenario scenario = new Scenario(false, "big", "bigger");

        // When
        scenario.play("skipped other");

        // Then
        assertThat(scenario.pairs.get(0).getSoftTargets())
                .extracting(SoftTarget::getTeacherId)
                .containsExactly("bigger");
    }

    @Test
    void everyOrderOfRepeatedAndConflictingRecordsTeachesTheSampleOnceAndOneLabelOnce() {
        List<String> events = List.of("soft", "soft", "other", "label3", "label3", "label4");
        for (List<String> order : permutations(events)) {
            // Given
            Scenario scenario = new Scenario(false);

            // When
            List<String> outcomes =
                    Arrays.asList(scenario.play(String.join(" ", order)).split(" "));

            // Then
            long pairs =
                    outcomes.stream().filter(o -> o.matches("pairs_(labelled|soft_only)")).count();
            long labels =
                    outcomes.stream()
                            .filter(o -> o.matches("pairs_(labelled|label_correction)"))
                            .count();
            assertThat(List.of(pairs, labels)).as(order.toString()).containsExactly(1L, 1L);
        }
    }

    private static List<List<String>> permutations(List<String> of) {
        if (of.isEmpty()) {
            return List.of(List.of());
        }
        List<List<String>> all = new ArrayList<>();
        for (int i = 0; i < of.size(); i++) {
            List<String> rest = new ArrayList<>(of);
            String first = rest.remove(i);
            for (List<String> tail : permutations(rest)) {
                List<String> one = new ArrayList<>(List.of(first));
                one.addAll(tail);
                all.add(one);
            }
        }
        return all;
    }

    @Test
    void aLabelledPairHoldsFeaturesAnswerLabelAndOrigin() {
        // Given
        Scenario scenario = new Scenario(false);

        // When
        scenario.play("label3 soft");

        // Then
        TrainingPair pair = scenario.pairs.get(0);
        assertThat(pair.getKind()).isEqualTo(PairKind.LABELLED);
        assertThat(pair.getSampleId()).isEqualTo("run-7");
        assertThat(pair.getFeatures()).isEqualTo(SAMPLE.getFeatures());
        assertThat(pair.getAttributes()).isEqualTo(SAMPLE.getAttributes());
        assertThat(pair.getSoftTargets()).containsExactly(Examples.softTarget(SAMPLE, AT, "big"));
        assertThat(pair.getSoftTargetOffsets()).containsExactly(1L);
        assertThat(pair.getLabel().getClassIndex()).isEqualTo(3);
        assertThat(pair.getLabelOffset()).isEqualTo(0);
        assertThat(pair.getSamplePartition()).isEqualTo(AT.partition());
        assertThat(pair.getSampleOffset()).isEqualTo(AT.offset());
        assertThat(pair.getEventTimeMillis()).isEqualTo(Examples.EVENT_MILLIS);
    }

    @Test
    void aCorrectionHoldsFeaturesAndLabelButNoAnswer() {
        // Given
        Scenario scenario = new Scenario(false);

        // When
        scenario.play("soft label3");

        // Then
        TrainingPair correction = scenario.pairs.get(1);
        assertThat(correction.getKind()).isEqualTo(PairKind.LABEL_CORRECTION);
        assertThat(correction.getFeatures()).isEqualTo(SAMPLE.getFeatures());
        assertThat(correction.getSoftTargets()).isEmpty();
        assertThat(correction.getSoftTargetOffsets()).isEmpty();
        assertThat(correction.getLabel().getClassIndex()).isEqualTo(3);
        assertThat(correction.getLabelOffset()).isEqualTo(1);
    }

    @Test
    void teachersThatAnswerWhileThePairWaitsShareIt() {
        // Given
        Scenario scenario = new Scenario(true);

        // When
        scenario.play("soft other label3");

        // Then
        assertThat(scenario.pairs).hasSize(1);
        assertThat(scenario.pairs.get(0).getSoftTargets())
                .extracting(SoftTarget::getTeacherId)
                .containsExactly("big", "bigger");
        assertThat(scenario.pairs.get(0).getSoftTargetOffsets()).containsExactly(0L, 1L);
    }

    @Test
    void anAnswerToOtherFeaturesIsDeadLetteredAndTheLabelGoesOnWaiting() {
        // Given
        Scenario scenario = new Scenario(false);

        // When
        scenario.play("label3 wrong");
        String after = scenario.play("soft");

        // Then
        assertThat(scenario.refused)
                .singleElement()
                .satisfies(
                        refused -> {
                            assertThat(refused.reason()).isEqualTo(DeadLetterReason.HASH_MISMATCH);
                            assertThat(refused.topic()).isEqualTo(Topic.SOFT_TARGETS);
                            assertThat(refused.detail()).contains("samples 0@42");
                        });
        assertThat(after).isEqualTo("pairs_labelled");
    }

    @Test
    void anAnswerThatPointsToAnotherSampleIsDeadLettered() {
        // Given
        Scenario scenario = new Scenario(false);
        scenario.topic.put(
                new Position(0, 43), new KeptRecords.Lookup.Found(Examples.sample("run-8")));

        // When
        scenario.softTarget(Examples.softTarget(SAMPLE, new Position(0, 43), "big"));

        // Then
        assertThat(scenario.refused)
                .extracting(JoinOutcome.Refused::reason)
                .containsExactly(DeadLetterReason.INVALID_VALUE);
        assertThat(scenario.state).isSameAs(JoinState.ABSENT);
    }

    @Test
    void aLateLabelWhoseSampleWasReplacedIsDeadLettered() {
        // Given
        Scenario scenario = new Scenario(false);
        scenario.play("soft");
        Sample other = Examples.sample("another");
        other.setSampleId("run-7");
        scenario.topic.put(AT, new KeptRecords.Lookup.Found(other));

        // When
        scenario.play("label3");

        // Then
        assertThat(scenario.refused)
                .extracting(JoinOutcome.Refused::topic, JoinOutcome.Refused::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                Topic.LABELS, DeadLetterReason.HASH_MISMATCH));
    }

    @Test
    void theDelayOfALabelIsItsEventTimeMinusTheSamples() {
        // Given
        Scenario scenario = new Scenario(false);

        // When
        scenario.play("soft label3");

        // Then
        assertThat(scenario.delays).containsExactly(250L);
    }

    /** One sample id, the joiner, and a topic of samples in memory. */
    private static final class Scenario implements KeptRecords {
        private final SampleJoiner joiner;
        private final Map<Position, Lookup> topic = new HashMap<>();
        private final Map<ByteBuffer, Object> kept = new HashMap<>();
        private final List<TrainingPair> pairs = new ArrayList<>();
        private final List<Long> delays = new ArrayList<>();
        private final List<JoinOutcome.Refused> refused = new ArrayList<>();
        private JoinState state = JoinState.ABSENT;
        private long now = Examples.EVENT_MILLIS;
        private long offset;

        Scenario(boolean waitsForLabel, String... teachers) {
            joiner = new SampleJoiner(WINDOW, new Expected(List.of(teachers), waitsForLabel), this);
            topic.put(AT, new Lookup.Found(SAMPLE));
        }

        /** Plays events in order and names their outcomes. */
        String play(String events) {
            return Arrays.stream(events.split(" "))
                    .flatMap(event -> play1(event).stream())
                    .map(outcome -> outcome.count().metric())
                    .collect(Collectors.joining(" "));
        }

        private List<JoinOutcome> play1(String event) {
            if (event.startsWith("label")) {
                return label(Examples.label("run-7", Integer.parseInt(event.substring(5))));
            }
            if (event.startsWith("dist")) {
                return label(Examples.distribution("run-7", Integer.parseInt(event.substring(4))));
            }
            return switch (event) {
                case "soft" -> softTarget(Examples.softTarget(SAMPLE, AT, "big"));
                case "other" -> softTarget(Examples.softTarget(SAMPLE, AT, "bigger"));
                case "third" -> softTarget(Examples.softTarget(SAMPLE, AT, "unexpected"));
                case "wrong" -> softTarget(ofOtherFeatures());
                case "skipped" -> softTarget(skipped("big"));
                case "other-skipped" -> softTarget(skipped("bigger"));
                case "over-label" -> took(joiner.onWaitOver(state, JoinState.Wait.LABEL, now));
                case "over-teachers" ->
                        took(joiner.onWaitOver(state, JoinState.Wait.TEACHERS, now));
                case "sweep" -> took(joiner.onSweep(state, now));
                case "later" -> {
                    now += WINDOW.toMillis() + 1;
                    yield List.of();
                }
                case "gone" -> {
                    topic.put(AT, new Lookup.Gone());
                    yield List.of();
                }
                case "back" -> {
                    topic.put(AT, new Lookup.Found(SAMPLE));
                    yield List.of();
                }
                default -> throw new IllegalArgumentException(event);
            };
        }

        private static SoftTarget ofOtherFeatures() {
            SoftTarget wrong = Examples.softTarget(Examples.sample("another"), AT, "big");
            wrong.setSampleId("run-7");
            return wrong;
        }

        private static SoftTarget skipped(String teacher) {
            SoftTarget skipped = Examples.softTarget(SAMPLE, AT, teacher);
            skipped.setOutcome(Outcome.SKIPPED);
            return skipped;
        }

        List<JoinOutcome> softTarget(SoftTarget target) {
            return took(joiner.onSoftTarget(state, new Arrived<>(target, raw(target)), now));
        }

        private List<JoinOutcome> label(Label label) {
            return took(joiner.onLabel(state, new Arrived<>(label, raw(label)), now));
        }

        private RawRecord raw(Object record) {
            ByteBuffer bytes = ByteBuffer.allocate(8).putLong(0, offset);
            kept.put(bytes, record);
            return new RawRecord(offset++, now, bytes);
        }

        private List<JoinOutcome> took(SampleJoiner.Step step) {
            // The state goes through the store's bytes, as it does in the adapter.
            state = JoinStateCodec.decode(JoinStateCodec.encode(step.after()));
            for (JoinOutcome outcome : step.outcomes()) {
                if (outcome instanceof JoinOutcome.EmitPair emit) {
                    pairs.add(emit.pair());
                    emit.labelDelayMillis().ifPresent(delays::add);
                } else if (outcome instanceof JoinOutcome.Refused letter) {
                    refused.add(letter);
                }
            }
            return step.outcomes();
        }

        @Override
        public Lookup sample(Position at) {
            return topic.getOrDefault(at, new Lookup.Unusable("nothing stands there"));
        }

        @Override
        public SoftTarget softTarget(RawRecord record) {
            return (SoftTarget) kept.get(record.value());
        }

        @Override
        public Label label(RawRecord record) {
            return (Label) kept.get(record.value());
        }
    }
}
