package io.decant.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.replay.ClusterHistory;
import io.decant.trainer.replay.LineageFollower;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.Verdict;
import java.time.Duration;
import java.time.InstantSource;
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
        try (ModelHistory history =
                        new ClusterHistory(cluster, model, InstantSource.system(), PATIENCE);
                JournalSource journal = history.openJournal();
                RecordCodec codec = history.openCodec();
                LineageFollower follower =
                        new LineageFollower(
                                cluster,
                                codec,
                                journal,
                                Optional.empty(),
                                PredictionListener.NONE)) {
            history.lineage()
                    .values()
                    .forEach(
                            version ->
                                    assertThat(follower.follow(version))
                                            .as("L4: %s/%d", model, version.getVersion())
                                            .isInstanceOf(Verdict.Equal.class));
            return history.lineage().size();
        }
    }
}
