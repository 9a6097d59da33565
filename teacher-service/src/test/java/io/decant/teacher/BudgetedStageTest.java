package io.decant.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.decant.follower.Versions;
import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.record.Tensors;
import io.decant.records.DeadLetterReason;
import io.decant.records.Event;
import io.decant.records.MetricPoint;
import io.decant.records.Outcome;
import io.decant.records.SoftTarget;
import io.decant.records.TeacherCard;
import io.decant.teacher.followed.FollowedStudent;
import io.decant.teacher.followed.FollowedVersions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is asked, what becomes of the others, and who answers when a model is the teacher. */
class BudgetedStageTest {
    private static final Duration COMMIT = Duration.ofMillis(50);
    private static final Duration REPORT = Duration.ofSeconds(1);

    @TempDir Path folder;
    private final ServingSlot slot = new ServingSlot();
    private TeacherBench bench;

    @AfterEach
    void close() {
        bench.close();
    }

    private void start(String... settings) throws IOException {
        List<String> all = new ArrayList<>(List.of("follow.signatures=accept"));
        all.addAll(List.of(settings));
        bench = new TeacherBench(folder, all.toArray(String[]::new));
        bench.student =
                bench.config
                        .budget()
                        .model()
                        .map(model -> new FollowedStudent(model, slot, this::servedMetrics));
        bench.config
                .teacher()
                .model()
                .ifPresent(
                        model ->
                                bench.successors =
                                        new FollowedVersions(
                                                model, slot, bench.config.encoding(), 4));
        bench.start();
        bench.assign(0, 1);
        bench.after(COMMIT);
    }

    private Map<String, Double> servedMetrics() {
        return slot.current().map(ServingModel::metrics).orElse(Map.of());
    }

    /** A student of 2 x 2 bytes x and the logits (x0, x1), or those of Versions for 3 classes. */
    private void serve(Verdict.Accepted accepted) {
        slot.swap(ServingModel.of(accepted, Instant.EPOCH), 0, false);
        accepted.student().letGo();
    }

    private static Verdict.Accepted sameAsTheTeacher(Map<String, Double> metrics) {
        ModelSpec spec =
                ModelSpec.mlp(List.of(4, 2), new InputSpec(DType.U8, List.of(2, 2), 1, 0, 1));
        Verdict.Accepted accepted =
                new Versions(spec).unchecked(1, new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0});
        accepted.manifest().setMetrics(metrics);
        return accepted;
    }

    /** Takes what is there, and lets the transaction grow old enough. */
    private void commit() {
        bench.stage.doWork();
        bench.after(COMMIT);
        bench.after(COMMIT);
    }

    private List<SoftTarget> skipped() {
        return bench.answers().stream().filter(a -> a.getOutcome() == Outcome.SKIPPED).toList();
    }

    private List<String> scoredIds() {
        return bench.answers().stream()
                .filter(a -> a.getOutcome() == Outcome.SCORED)
                .map(SoftTarget::getSampleId)
                .toList();
    }

    private double metric(String name) {
        List<MetricPoint> points = bench.points();
        return points.get(points.size() - 1).getValues().get(name);
    }

    private List<Event> events() {
        return bench.points().stream().flatMap(point -> point.getEvents().stream()).toList();
    }

    @Test
    void anExactShareIsScoredAndTheRestIsSkippedWithItsReasonInTheSameTransaction()
            throws Exception {
        // Given
        start("budget.policy=margin", "budget.share=0.25", "budget.model=m", "budget.window=8");
        bench.samples("s", 80);

        // When
        commit();

        // Then
        assertThat(scoredIds()).hasSize(20);
        assertThat(skipped())
                .hasSize(60)
                .allSatisfy(
                        skip -> {
                            int i = Integer.parseInt(skip.getSampleId().substring(1));
                            byte[] features = {(byte) i, (byte) (2 * i), 0, 0};
                            assertThat(skip.getSkipReason()).startsWith("budget: ");
                            assertThat(skip.getFeatureHash()).isEqualTo(Tensors.hash(features));
                            assertThat(skip.getTeacherVersion().bytes())
                                    .isEqualTo(bench.firstVersion());
                            assertThat(skip.getEventTimeMillis()).isPositive();
                        });
        assertThat(bench.stage.progress()).isEqualTo(new TeacherProgress(20, 60, 0));
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void theStudentsLeastSureSamplesAreScored() throws Exception {
        // Given samples of which three are a close call for the student
        start(
                "budget.policy=margin",
                "budget.share=0.25",
                "budget.model=m",
                "budget.window=12",
                "budget.monitor-share=0");
        serve(sameAsTheTeacher(Map.of()));
        for (int i = 0; i < 12; i++) {
            bench.sample("s" + i, i % 4 == 1 ? 8 : 200, 9, 0, 0);
        }

        // When
        commit();

        // Then
        assertThat(scoredIds()).containsExactlyInAnyOrder("s1", "s5", "s9");
    }

    @Test
    void theAgreementOfStudentAndTeacherIsMeasuredOnRandomSamplesAndSetsTheShare()
            throws Exception {
        // Given a student that answers as the teacher does
        start(
                "budget.policy=adaptive",
                "budget.model=m",
                "budget.window=8",
                "budget.judge-after=8");
        serve(sameAsTheTeacher(Map.of()));

        // When
        bench.samples("a", 8);
        commit();
        bench.samples("b", 8);
        commit();
        bench.after(REPORT);

        // Then
        assertThat(scoredIds()).hasSize(8 + 4);
        assertThat(metric("budget_agreement")).isEqualTo(1);
        assertThat(metric("budget_stride")).isEqualTo(2);
        assertThat(metric("skipped.over_budget")).isEqualTo(4);
    }

    @Test
    void driftRaisesTheShareAndIsAnEvent() throws Exception {
        // Given
        start(
                "budget.policy=margin",
                "budget.share=0.25",
                "budget.drift-share=1",
                "budget.model=m",
                "budget.window=8");
        serve(sameAsTheTeacher(Map.of("drift_active", 1.0)));
        bench.samples("s", 16);

        // When
        bench.stage.doWork();
        bench.after(REPORT);

        // Then
        assertThat(scoredIds()).hasSize(16);
        assertThat(events())
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.getKind()).isEqualTo("budget");
                            assertThat(event.getSignal()).isEqualTo("drift");
                            assertThat(event.getSize()).isEqualTo(1);
                        });
    }

    @Test
    void aTeacherThatComesBackLateLearnsOnlyByLabelsUntilItHasCaughtUp() throws Exception {
        // Given samples that have waited a minute
        start("ladder.enabled=true", "budget.window=10");
        bench.samples("old", 40);
        bench.clock.advance(Duration.ofMinutes(1));

        // When
        commit();
        bench.samples("new", 20);
        bench.stage.doWork();
        bench.after(REPORT);

        // Then a tenth of the old ones was the monitor's, and each step is an event
        assertThat(scoredIds().stream().filter(id -> id.startsWith("old"))).hasSize(4);
        assertThat(scoredIds().stream().filter(id -> id.startsWith("new"))).hasSize(20);
        assertThat(skipped())
                .hasSize(36)
                .allSatisfy(skip -> assertThat(skip.getSkipReason()).startsWith("slow: "));
        assertThat(events())
                .extracting(Event::getKind, Event::getSignal)
                .containsExactly(tuple("ladder", "labels-only"), tuple("ladder", "normal"));
        assertThat(metric("ladder_step")).isZero();
        assertThat(metric("skipped.too_slow")).isEqualTo(36);
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void workThatIsGivenUpIsChosenAgainAndEachSampleHasOneRecord() throws Exception {
        // Given
        start("budget.policy=margin", "budget.share=0.3", "budget.model=m", "budget.window=8");
        bench.samples("s", 8);
        commit();
        bench.samples("t", 24);
        bench.currentProducer().commitTransactionException = new KafkaException("the broker left");

        // When
        commit();
        bench.after(Duration.ofSeconds(3));
        commit();

        // Then 0.3 of 32, as if nothing had happened
        assertThat(scoredIds()).hasSize(9);
        assertThat(bench.answers()).hasSize(32);
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void aFollowedModelAnswersFromItsFirstVersionOnAndItsCardSaysSo() throws Exception {
        // Given
        start("teacher.model=peer", "encoding=f32");
        bench.samples("early", 4);
        commit();
        Versions versions = Versions.small();

        // When
        Verdict.Accepted accepted = versions.accepted(3);
        byte[] digest = accepted.manifest().getWeightsDigest().array();
        serve(accepted);
        bench.samples("late", 4);
        commit();

        // Then
        assertThat(skipped())
                .hasSize(4)
                .allSatisfy(
                        skip -> {
                            assertThat(skip.getSampleId()).startsWith("early");
                            assertThat(skip.getSkipReason()).startsWith("no teacher: ");
                        });
        assertThat(scoredIds()).hasSize(4).allSatisfy(id -> assertThat(id).startsWith("late"));
        TeacherCard card = bench.cards().get(0);
        assertThat(bench.cards()).hasSize(1);
        assertThat(card.getModel()).isEqualTo("peer");
        assertThat(card.getModelVersion()).isEqualTo(3);
        assertThat(card.getFileDigest()).isEqualTo(ByteBuffer.wrap(digest));
        assertThat(card.getClassCount()).isEqualTo(Versions.CLASSES);
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void withoutATeacherOnlyRecordsThatNobodyCouldReadAreRefused() throws Exception {
        // Given features that are not what they say they are
        start("teacher.model=peer");
        bench.sample("short", 1, 2);
        bench.raw("junk", new byte[] {1});

        // When
        commit();

        // Then
        assertThat(bench.letters())
                .extracting(letter -> letter.getReason())
                .containsExactlyInAnyOrder(
                        DeadLetterReason.WRONG_SHAPE, DeadLetterReason.UNDECODABLE);
    }

    @Test
    void policyAllFollowsNobodyAndSkipsNothing() throws Exception {
        // Given
        start();
        bench.samples("s", 40);

        // When
        bench.stage.doWork();
        bench.after(REPORT);

        // Then
        assertThat(bench.config.followedModels()).isEmpty();
        assertThat(Triage.of(bench.config, Optional.empty(), bench.clock, bench.clock)).isEmpty();
        assertThat(scoredIds()).hasSize(40);
        assertThat(metric("skipped")).isZero();
    }
}
