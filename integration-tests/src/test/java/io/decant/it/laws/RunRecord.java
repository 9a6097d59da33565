package io.decant.it.laws;

import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.source.SourceShare;
import io.decant.records.CheckpointManifest;
import io.decant.records.DeadLetter;
import io.decant.records.Label;
import io.decant.records.Lineage;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import java.util.List;
import java.util.Map;

/**
 * Everything that a run has committed. <i>Immutable.</i>
 *
 * @param taken the rule of {@code source.share}: what it leaves is skipped as declared
 * @param labelsJoined for each partition of labels, the first offset that the joiner has not
 *     joined; empty without a joiner
 * @param pairs of the journal, as far as they can be decoded
 * @param journal the same records and those that cannot, as bytes
 */
public record RunRecord(
        ClusterSettings cluster,
        SourceShare taken,
        Map<Integer, Long> labelsJoined,
        List<Entry<Sample>> samples,
        List<Entry<SoftTarget>> softTargets,
        List<Entry<Label>> labels,
        List<Entry<TrainingPair>> pairs,
        List<Entry<byte[]>> journal,
        List<Entry<DeadLetter>> deadLetters,
        List<Entry<CheckpointManifest>> manifests,
        List<Entry<Lineage>> lineage,
        List<Entry<WeightsChunk>> weights) {

    /** Reads all topics of an installation. */
    public static RunRecord of(ClusterSettings cluster) {
        return of(cluster, SourceShare.ALL);
    }

    /** Reads all topics of an installation that takes a share of its samples. */
    public static RunRecord of(ClusterSettings cluster, SourceShare taken) {
        return new RunRecord(
                cluster,
                taken,
                // Before the journal is read: what was joined by then is in it.
                TopicContents.committed(cluster, cluster.prefix() + "joiner", Topic.LABELS),
                TopicContents.read(cluster, Topic.SAMPLES, Sample.class),
                TopicContents.read(cluster, Topic.SOFT_TARGETS, SoftTarget.class),
                TopicContents.read(cluster, Topic.LABELS, Label.class),
                TopicContents.read(cluster, Topic.TRAINING_PAIRS, TrainingPair.class),
                TopicContents.raw(cluster, Topic.TRAINING_PAIRS),
                TopicContents.read(cluster, Topic.DEAD_LETTERS, DeadLetter.class),
                TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class),
                TopicContents.read(cluster, Topic.LINEAGE, Lineage.class),
                TopicContents.read(cluster, Topic.MODEL_WEIGHTS, WeightsChunk.class));
    }

    /** Checks every law; the run must have come to its end. */
    public void checkLaws() {
        List.of(
                        new EverySampleIsAnswered(),
                        new EachSampleEntersTheJournalOnce(),
                        new SpansTileTheJournal(),
                        new PublishedWeightsVerify())
                .forEach(law -> law.check(this));
    }
}
