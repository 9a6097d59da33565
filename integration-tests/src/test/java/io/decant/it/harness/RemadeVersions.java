package io.decant.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Lineage;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.TopicJournal;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.recover.ModelRecords;
import io.decant.trainer.replay.LineageFollower;
import io.decant.trainer.replay.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * L4: makes every version of a model again, from genesis, in one uninterrupted pass.
 * <i>Thread-safe.</i>
 */
public final class RemadeVersions {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private RemadeVersions() {}

    /** Every version has the digests that lineage recorded; returns how many there are. */
    public static int mustBeEqual(ClusterSettings cluster, String model) {
        InstantSource clock = InstantSource.system();
        try (ModelRecords records = new ModelRecords(cluster, model, clock, PATIENCE)) {
            NavigableMap<Long, Lineage> lineage = records.lineage(Instant.EPOCH);
            String topicId =
                    lineage.values().stream()
                            .flatMap(version -> version.getSpans().stream())
                            .findFirst()
                            .orElseThrow()
                            .getTopicId();
            try (JournalSource journal =
                            new TopicJournal(
                                    new Clients(cluster),
                                    cluster.topics(),
                                    "it-replay",
                                    topicId,
                                    clock,
                                    PATIENCE);
                    RecordCodec codec = new RecordCodec(cluster);
                    LineageFollower follower =
                            new LineageFollower(
                                    cluster,
                                    codec,
                                    journal,
                                    Optional.empty(),
                                    PredictionListener.NONE)) {
                lineage.values()
                        .forEach(
                                version ->
                                        assertThat(follower.follow(version))
                                                .as("L4: %s/%d", model, version.getVersion())
                                                .isInstanceOf(Verdict.Equal.class));
            }
            return lineage.size();
        }
    }
}
