package io.decant.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.teacher.TeacherModel;
import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.pipeline.source.SourceShare;
import io.decant.pipeline.topics.TopicRecreatedException;
import io.decant.records.DeadLetterReason;
import io.decant.records.SoftTarget;
import io.decant.records.TeacherCard;
import io.decant.teacher.reload.Finding;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TeacherStageTest {
    private static final Duration COMMIT = Duration.ofMillis(50);
    private static final Duration BACKOFF = Duration.ofSeconds(2);

    @TempDir Path folder;
    private TeacherBench bench;

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aSampleIsAnsweredInItsOwnPartitionUnderItsOwnKey() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.sample("a", 8, 5, 0, 0);
        bench.sample("b", 1, 200, 9, 0);

        // When
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.answers()).hasSize(2);
        for (SoftTarget answer : bench.answers()) {
            float[] softened = new float[2];
            SoftTargetPayload.decode(answer.getPayload(), answer.getEncoding(), softened);
            assertThat(softened)
                    .containsExactly(
                            answer.getSampleId().equals("a")
                                    ? new float[] {4, 2.5f}
                                    : new float[] {0.5f, 100});
        }
        assertThat(bench.sent(Topic.SOFT_TARGETS))
                .allSatisfy(
                        record -> {
                            String id = new String(record.key(), StandardCharsets.UTF_8);
                            assertThat(record.partition())
                                    .isEqualTo(bench.topics.samplePartition(id));
                        });
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void nothingIsVisibleBeforeTheCommitIntervalHasPassed() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.after(COMMIT); // Where the group began is committed apart from this.
        bench.samples("s", 9);
        bench.stage.doWork();

        // When
        bench.after(COMMIT.minusMillis(1));
        int early = bench.answers().size();
        bench.after(Duration.ofMillis(1));

        // Then
        assertThat(early).isZero();
        assertThat(bench.answeredIds()).hasSize(9);
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void aCommitFirstAnswersTheOpenBatch() throws Exception {
        // Given a batch that may wait longer than the transaction
        bench = TeacherBench.started(folder, "batch.linger=1s");
        bench.samples("s", 3);
        bench.stage.doWork();

        // When
        bench.after(COMMIT);

        // Then
        assertThat(bench.answeredIds()).containsExactly("s0", "s1", "s2");
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void aFullTransactionIsCommittedAtOnce() throws Exception {
        // Given
        bench = TeacherBench.started(folder, "commit.max-samples=5");
        bench.samples("s", 12);

        // When
        bench.stage.doWork();

        // Then
        assertThat(bench.answeredIds()).hasSize(10);
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void aBadRecordIsDeadLetteredWholeAndItsOffsetPassed() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.sample("a", 1, 1, 0, 0);
        bench.raw("b", new byte[] {7, 7});
        bench.sample("c", 1, 1, 0);

        // When
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.answeredIds()).containsExactly("a");
        assertThat(bench.letters())
                .extracting(letter -> letter.getReason())
                .containsExactlyInAnyOrder(
                        DeadLetterReason.UNDECODABLE, DeadLetterReason.WRONG_SHAPE);
        assertThat(bench.letters())
                .filteredOn(letter -> letter.getReason() == DeadLetterReason.UNDECODABLE)
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.getStage()).isEqualTo("teacher");
                            assertThat(letter.getTopic()).isEqualTo("decant.samples");
                            assertThat(letter.getKey().array()).isEqualTo(new byte[] {'b'});
                            assertThat(Arrays.copyOf(letter.getValue().array(), 2))
                                    .isEqualTo(new byte[] {7, 7});
                        });
        assertThat(bench.stage.progress()).isEqualTo(new TeacherProgress(1, 0, 2));
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void aLetterHoldsNoMoreOfAHugeRecordThanABrokerTakes() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.raw("huge", new byte[1_040_000]);

        // When
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.letters())
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.getValue().remaining()).isEqualTo(900_000);
                            assertThat(letter.getDetail())
                                    .endsWith(
                                            " (this letter holds the first 900000 of the value's 1040000 bytes)");
                        });
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void anAnswerThatIsNotFiniteIsADeadLetterAndTheRestOfItsBatchIsAnswered() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.sample("a", 1, 1, 0, 0);
        bench.sample("b", 1, 1, 0, 2);
        bench.sample("c", 1, 1, 0, 0);

        // When
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.answeredIds()).containsExactly("a", "c");
        assertThat(bench.letters())
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.getReason()).isEqualTo(DeadLetterReason.NOT_FINITE);
                            assertThat(letter.getDetail())
                                    .isEqualTo(
                                            "the teacher's logits for these features are NaN or infinite; expected finite numbers");
                        });
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void anAnswerThatItsEncodingCannotHoldIsADeadLetterAndTheRestOfItsBatchIsAnswered()
            throws Exception {
        // Given
        bench = TeacherBench.started(folder, "encoding=f16");
        bench.sample("a", 1, 1, 0, 0);
        bench.sample("b", 1, 1, 0, 1);
        bench.sample("c", 1, 1, 0, 0);

        // When
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.answeredIds()).containsExactly("a", "c");
        assertThat(bench.letters())
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.getReason())
                                    .isEqualTo(DeadLetterReason.INVALID_VALUE);
                            assertThat(letter.getDetail())
                                    .startsWith(
                                            "the teacher's answer cannot be written: logit 1 is ")
                                    .endsWith("write it as F32");
                        });
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void workOfAFailedCommitIsDoneAgainAndAppearsOnce() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.samples("s", 3);
        bench.stage.doWork();
        bench.after(COMMIT);
        bench.samples("t", 3);
        bench.raw("bad", new byte[] {1});
        bench.currentProducer().commitTransactionException = new KafkaException("lost");

        // When
        bench.stage.doWork();
        bench.after(COMMIT);
        assertThat(bench.consumer.paused()).hasSize(2);
        bench.after(BACKOFF);
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.producers).hasSize(2);
        assertThat(bench.producers.get(0).closed()).isTrue();
        assertThat(bench.consumer.paused()).isEmpty();
        assertThat(bench.answeredIds()).containsExactly("s0", "s1", "s2", "t0", "t1", "t2");
        assertThat(bench.stage.progress()).isEqualTo(new TeacherProgress(6, 0, 1));
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void aFencedProducerIsReplacedAfterTheGroupWasHeard() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.samples("s", 5);
        bench.currentProducer().fenceProducer();

        // When
        bench.stage.doWork();
        int whileWaiting = bench.producers.size();
        bench.after(BACKOFF);
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(whileWaiting).isEqualTo(1);
        assertThat(bench.producers).hasSize(2);
        assertThat(bench.answeredIds()).hasSize(5);
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void aSlotThatAnotherProcessTookStopsTheStage() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.consumer.setPollException(new FencedInstanceIdException("taken"));

        // When Then
        assertThatThrownBy(() -> bench.stage.doWork())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "slot 0 of teacher teacher was taken over by another process; give each process its own slot");
    }

    @Test
    void failuresInARowAreBounded() throws Exception {
        // Given two attempts, and a cluster that refuses each new producer's commit
        bench = TeacherBench.started(folder);
        bench.samples("s", 1);
        for (int attempt = 0; attempt < 2; attempt++) {
            bench.currentProducer().commitTransactionException = new KafkaException("full disk");
            bench.stage.doWork();
            bench.after(COMMIT);
            bench.after(BACKOFF.multipliedBy(1L << attempt));
        }
        bench.currentProducer().commitTransactionException = new KafkaException("full disk");
        bench.stage.doWork();

        // When Then
        assertThatThrownBy(() -> bench.after(COMMIT))
                .isInstanceOf(KafkaException.class)
                .hasMessage(
                        "teacher teacher failed 3 times without a commit in between, the last time with: full disk; check the broker and the registry, then start it again");
        assertThat(bench.producers).hasSize(3);
    }

    @Test
    void aRefusedRightIsNotTriedAgain() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.consumer.setPollException(new TopicAuthorizationException("samples"));

        // When Then
        assertThatThrownBy(() -> bench.stage.doWork())
                .isInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void samplesRemovedUnreadStopTheStageWithTheirPlace() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.consumer.setPollException(
                new OffsetOutOfRangeException(Map.of(bench.partition(1), 7L)));

        // When Then
        assertThatThrownBy(() -> bench.stage.doWork())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "samples were removed before group decant.teacher-teacher read them, at {decant.samples-1=7}; raise the topic's retention, then move the group's offsets on with kafka-consumer-groups --reset-offsets");
    }

    @ParameterizedTest
    @EnumSource(
            value = Topic.class,
            names = {"SAMPLES", "SOFT_TARGETS"})
    void aTopicThatWasMadeAgainStopsTheStageBeforeItsCommit(Topic topic) throws Exception {
        // Given samples that are taken but not committed
        bench = TeacherBench.started(folder);
        bench.after(COMMIT);
        bench.samples("s", 3);
        bench.stage.doWork();

        // When
        bench.topicIds.put(topic, "another");

        // Then
        assertThatThrownBy(() -> bench.after(COMMIT))
                .isInstanceOf(TopicRecreatedException.class)
                .hasMessageContainingAll(bench.topics.name(topic), "it is now another");
        bench.stage.close();
        assertThat(bench.answers()).isEmpty();
    }

    @Test
    void aClockThatIsSetBackWhileTheStageWaitsDoesNotProlongTheWait() throws Exception {
        // Given work that was given up
        bench = TeacherBench.started(folder);
        bench.samples("s", 3);
        bench.currentProducer().commitTransactionException = new KafkaException("lost");
        bench.stage.doWork();
        bench.after(COMMIT);
        assertThat(bench.consumer.paused()).hasSize(2);

        // When
        bench.after(Duration.ofDays(-365));
        bench.after(BACKOFF);
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.answeredIds()).containsExactly("s0", "s1", "s2");
    }

    @Test
    void aRevokedPartitionIsLeftWithEverythingTakenCommitted() throws Exception {
        // Given
        bench = TeacherBench.started(folder, "batch.linger=1s");
        bench.samples("s", 6);
        bench.stage.doWork();

        // When
        bench.assign(0);

        // Then
        assertThat(bench.answeredIds()).hasSize(6);
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void whatWasTakenFromLostPartitionsIsNeverCommitted() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.after(COMMIT);
        bench.samples("s", 6);
        bench.stage.doWork();

        // When
        bench.stage.onPartitionsLost(bench.consumer.assignment());
        bench.assign();
        bench.after(COMMIT);

        // Then
        assertThat(bench.answers()).isEmpty();
        assertThat(bench.committed().values()).containsOnly(new OffsetAndMetadata(0));
    }

    @Test
    void aGroupThatBeginsAtTheEndCommitsWhereItBegan() throws Exception {
        // Given
        bench = new TeacherBench(folder, "start=latest");
        bench.samples("old", 4);
        bench.start();
        bench.assign(0, 1);

        // When
        bench.after(COMMIT);
        Map<?, OffsetAndMetadata> begun = bench.committed();
        bench.samples("new", 4);
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(begun.values().stream().mapToLong(OffsetAndMetadata::offset).sum()).isEqualTo(4);
        assertThat(bench.answeredIds()).containsExactly("new0", "new1", "new2", "new3");
    }

    @Test
    void aCleanStopCommitsWhatWasTaken() throws Exception {
        // Given
        bench = TeacherBench.started(folder, "batch.linger=1s");
        bench.samples("s", 3);
        bench.stage.doWork();

        // When
        bench.stage.close();

        // Then
        assertThat(bench.answeredIds()).hasSize(3);
        assertThat(bench.consumer.closed()).isTrue();
        assertThat(bench.currentProducer().closed()).isTrue();
        bench.assertThatOffsetsAndAnswersAgree();
        bench.stage = null;
    }

    @Test
    void theCardIsWrittenWhenItIsNewAndNotAgain() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.stage.close();
        bench.clock.advance(Duration.ofHours(1));

        // When
        bench.start();

        // Then
        assertThat(bench.cards()).hasSize(1);
        TeacherCard card = bench.cards().get(0);
        assertThat(card.getTeacherId()).isEqualTo("teacher");
        assertThat(card.getFileDigest().remaining()).isEqualTo(32);
        assertThat(card.getClassCount()).isEqualTo(2);
        assertThat(card.getInput())
                .isEqualTo(
                        "{\"dtype\":\"u8\",\"shape\":[2,2],\"scale\":1.0,\"mean\":0.0,\"sd\":1.0}");
        assertThat(card.getTrainedFrom()).isEqualTo(10);
        assertThat(card.getTrainedTo()).isEqualTo(20);
        assertThat(card.getAccuracy()).isEqualTo(0.75);
        byte[] key = bench.sent(Topic.MODEL_REGISTRY).get(0).key();
        assertThat(new String(key, StandardCharsets.UTF_8)).isEqualTo("teacher/teacher");
    }

    @Test
    void aCardThatSaysSomethingElseIsReplaced() throws Exception {
        // Given another file under the same name
        bench = TeacherBench.started(folder);
        bench.stage.close();
        Files.write(bench.file, TeacherBench.teacher(0.5));

        // When
        bench.start();

        // Then
        assertThat(bench.cards()).extracting(TeacherCard::getAccuracy).containsExactly(0.75, 0.5);
    }

    @Test
    void everySecondAPointSaysWhatWasDone() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.samples("s", 6);
        bench.stage.doWork();
        bench.after(COMMIT);

        // When
        bench.after(Duration.ofSeconds(1));
        bench.after(Duration.ofMillis(999));

        // Then
        assertThat(bench.points())
                .singleElement()
                .satisfies(
                        point -> {
                            assertThat(point.getService()).isEqualTo("teacher");
                            assertThat(point.getModel()).isEqualTo("teacher");
                            assertThat(point.getValues())
                                    .containsEntry("scored", 6.0)
                                    .containsEntry("dead_letters", 0.0)
                                    .containsEntry("batch_size_mean", 3.0)
                                    .containsKeys("inference_mean_micros", "queue_age_max_millis");
                        });
    }

    @Test
    void aNewTeacherTakesOverBetweenTwoTransactionsAfterItsCard() throws Exception {
        // Given answers of the first teacher in an open transaction
        bench = TeacherBench.started(folder, "batch.linger=1s");
        bench.after(COMMIT);
        bench.samples("old", 3);
        bench.stage.doWork();
        TeacherModel next = bench.handOver(0.5);

        // When
        bench.samples("open", 2);
        bench.stage.doWork();
        bench.after(COMMIT);
        bench.samples("new", 4);
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.answers())
                .hasSize(9)
                .allSatisfy(
                        answer ->
                                assertThat(answer.getTeacherVersion().bytes())
                                        .isEqualTo(
                                                answer.getSampleId().startsWith("new")
                                                        ? next.version()
                                                        : bench.firstVersion()));
        assertThat(bench.cards()).extracting(TeacherCard::getAccuracy).containsExactly(0.75, 0.5);
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void aTeacherTakesOverAlsoWhileTransactionsAreAlwaysFull() throws Exception {
        // Given more samples than fit into each turn's transaction
        bench = TeacherBench.started(folder, "commit.max-samples=4");
        bench.after(COMMIT);
        bench.samples("old", 3);
        bench.stage.doWork();
        TeacherModel next = bench.handOver(0.5);

        // When
        bench.samples("s", 3);
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.answers()).hasSize(6);
        assertThat(bench.answers().subList(0, 4))
                .allSatisfy(
                        answer ->
                                assertThat(answer.getTeacherVersion().bytes())
                                        .isEqualTo(bench.firstVersion()));
        assertThat(bench.answers().subList(4, 6))
                .allSatisfy(
                        answer ->
                                assertThat(answer.getTeacherVersion().bytes())
                                        .isEqualTo(next.version()));
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void aCardThatCannotBeWrittenDelaysTheTakeoverAndLosesNothing() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        bench.after(COMMIT);
        TeacherModel next = bench.handOver(0.5);
        bench.currentProducer().commitTransactionException = new KafkaException("lost");

        // When
        bench.stage.doWork();
        bench.samples("s", 3);
        bench.after(BACKOFF);
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.answers())
                .hasSize(3)
                .allSatisfy(
                        answer ->
                                assertThat(answer.getTeacherVersion().bytes())
                                        .isEqualTo(next.version()));
        assertThat(bench.cards()).extracting(TeacherCard::getAccuracy).containsExactly(0.75, 0.5);
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void aRefusedFileIsCountedAndTheTeacherGoesOn() throws Exception {
        // Given
        bench = TeacherBench.started(folder);
        assertThat(bench.handover.offer(new Finding.Refused("it has 4 classes"))).isTrue();

        // When
        bench.after(COMMIT);
        bench.samples("s", 3);
        bench.stage.doWork();
        bench.after(Duration.ofSeconds(1));

        // Then
        assertThat(bench.answers())
                .hasSize(3)
                .allSatisfy(
                        answer ->
                                assertThat(answer.getTeacherVersion().bytes())
                                        .isEqualTo(bench.firstVersion()));
        assertThat(bench.points())
                .singleElement()
                .satisfies(
                        point ->
                                assertThat(point.getValues())
                                        .containsEntry("replacements", 0.0)
                                        .containsEntry("replacements_refused", 1.0));
    }

    @Test
    void aPauseCommitsWhatIsOpenTakesNothingAndGoesOnWhereItWas() throws Exception {
        // Given an open transaction
        bench = TeacherBench.started(folder);
        bench.samples("before", 4);
        bench.stage.doWork();
        assertThat(bench.committed()).isEmpty();

        // When
        bench.pause = Optional.of("paused by an operator");
        bench.stage.doWork();
        bench.samples("meanwhile", 8);
        bench.after(COMMIT.multipliedBy(10));

        // Then
        assertThat(bench.answeredIds()).hasSize(4).allMatch(id -> id.startsWith("before"));
        bench.assertThatOffsetsAndAnswersAgree();

        // When it is resumed
        bench.pause = Optional.empty();
        bench.stage.doWork();
        bench.after(COMMIT);

        // Then
        assertThat(bench.answeredIds()).hasSize(12);
        bench.assertThatOffsetsAndAnswersAgree();
    }

    @Test
    void partitionsThatAreGivenToAPausedTeacherStayUntouched() throws Exception {
        // Given
        bench = new TeacherBench(folder);
        bench.pause = Optional.of("paused before it was started");
        bench.samples("early", 4);
        bench.start();

        // When
        bench.assign(0, 1);
        bench.after(COMMIT.multipliedBy(10));

        // Then
        assertThat(bench.answeredIds()).isEmpty();
        assertThat(bench.stage.hasPartitions()).isTrue();
    }

    @Test
    void aSampleThatIsNotTakenIsCountedPassedAndNotAnswered() throws Exception {
        // Given
        bench = TeacherBench.started(folder, "source.share=0.5", "source.seed=7");
        SourceShare rule = new SourceShare(0.5, 7);

        // When
        bench.samples("s", 40);
        bench.after(COMMIT);
        bench.after(COMMIT);

        // Then
        Set<String> taken =
                IntStream.range(0, 40)
                        .mapToObj(i -> "s" + i)
                        .filter(rule::takes)
                        .collect(Collectors.toSet());
        assertThat(taken).hasSizeBetween(10, 30);
        assertThat(bench.answeredIds()).isEqualTo(taken);
        assertThat(bench.stage.progress().skipped()).isEqualTo(40 - taken.size());
        assertThat(bench.committed().values().stream().mapToLong(OffsetAndMetadata::offset).sum())
                .isEqualTo(40);
    }
}
