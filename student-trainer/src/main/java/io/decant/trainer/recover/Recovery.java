package io.decant.trainer.recover;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.Lineage;
import io.decant.trainer.LocalFiles;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.TopicJournal;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.publish.Retention;
import io.decant.trainer.replay.LineageFollower;
import io.decant.trainer.replay.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the state of a model's newest committed version together again. Usually it is there to be
 * read. When it is not, because large states are written with some versions only, or because it is
 * damaged, an older state is read and the versions after it are learned again as their lineage
 * says, and compared: a version that was published is never given another content. <i>Owned by one
 * thread.</i>
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final ClusterSettings cluster;
    private final InstantSource clock;
    private final Duration patience;
    private final LocalFiles files;
    private final Runnable between;

    /**
     * Reads with clients of its own.
     *
     * @param patience longest wait for each topic; above the transaction timeout
     * @param files that its configuration names
     * @param between called after each version that was learned again, which may be many: what has
     *     to be kept alive meanwhile
     */
    public Recovery(
            ClusterSettings cluster,
            InstantSource clock,
            Duration patience,
            LocalFiles files,
            Runnable between) {
        this.cluster = cluster;
        this.clock = clock;
        this.patience = patience;
        this.files = files;
        this.between = between;
    }

    /**
     * Recovers a model.
     *
     * @param journalTopicId Kafka's id of the journal topic
     * @throws IllegalStateException when no usable state leads to the newest version
     * @throws org.apache.kafka.common.KafkaException when the cluster cannot be asked
     */
    public Recovered newest(String model, String journalTopicId) {
        try (ModelRecords records = new ModelRecords(cluster, model, clock, patience)) {
            NavigableMap<Long, CheckpointManifest> manifests = records.manifests();
            if (manifests.isEmpty()) {
                return new Recovered(Optional.empty(), 0, false, List.of());
            }
            CheckpointManifest newest = manifests.lastEntry().getValue();
            Optional<LearnerState> known = newestState(records, manifests);
            LearnerState state =
                    known.filter(found -> found.header().version() == newest.getVersion())
                            .orElseGet(() -> learnAgain(records, manifests, known, journalTopicId));
            return new Recovered(
                    Optional.of(state),
                    records.live().orElse(0),
                    newest.getFinished(),
                    manifests.values().stream().map(Recovery::version).toList());
        }
    }

    private static Optional<LearnerState> newestState(
            ModelRecords records, NavigableMap<Long, CheckpointManifest> manifests) {
        return manifests.descendingMap().values().stream()
                .flatMap(manifest -> records.state(manifest).stream())
                .findFirst();
    }

    private LearnerState learnAgain(
            ModelRecords records,
            NavigableMap<Long, CheckpointManifest> manifests,
            Optional<LearnerState> start,
            String journalTopicId) {
        CheckpointManifest newest = manifests.lastEntry().getValue();
        String model = newest.getModel();
        long from = start.map(state -> state.header().version()).orElse(0L);
        LOG.info("model={} event=learning_again from={} to={}", model, from, newest.getVersion());
        Instant since =
                from == 0
                        ? Instant.EPOCH
                        : Instant.ofEpochMilli(manifests.get(from).getPublishedAtMillis());
        NavigableMap<Long, Lineage> lineage = new TreeMap<>(records.lineage(since));
        try (JournalSource journal =
                        new TopicJournal(
                                new Clients(cluster),
                                cluster.topics(),
                                "recovery-" + model,
                                journalTopicId,
                                clock,
                                patience);
                RecordCodec codec = new RecordCodec(cluster);
                LineageFollower follower =
                        new LineageFollower(
                                cluster, codec, journal, start, files, PredictionListener.NONE)) {
            for (Lineage version :
                    lineage.subMap(from, false, newest.getVersion(), true).values()) {
                Verdict verdict = follower.follow(version);
                if (!(verdict instanceof Verdict.Equal)) {
                    throw unrecoverable(newest, from, verdict);
                }
                between.run();
            }
            return follower.state()
                    .filter(state -> state.header().version() == newest.getVersion())
                    .orElseThrow(
                            () ->
                                    unrecoverable(
                                            newest,
                                            from,
                                            new Verdict.NotVerifiable(
                                                    newest.getVersion(),
                                                    "its lineage is missing")));
        }
    }

    private static IllegalStateException unrecoverable(
            CheckpointManifest newest, long from, Verdict verdict) {
        String why =
                verdict instanceof Verdict.Differs differs
                        ? differs.difference() + " (" + differs.likelyCause() + ")"
                        : ((Verdict.NotVerifiable) verdict).missing();
        return new IllegalStateException(
                "the state of version "
                        + newest.getVersion()
                        + " of model '"
                        + newest.getModel()
                        + "' is damaged or gone, and cannot be learned again from "
                        + (from == 0 ? "genesis" : "version " + from)
                        + ": version "
                        + verdict.version()
                        + ": "
                        + why
                        + "; give a new model another model.name");
    }

    private static Retention.Version version(CheckpointManifest manifest) {
        return new Retention.Version(
                manifest.getVersion(),
                manifest.getPublishedAtMillis(),
                parts(manifest, FormKind.ANCHOR),
                parts(manifest, FormKind.DELTA),
                manifest.getStateSlot(),
                manifest.getStateParts());
    }

    private static int parts(CheckpointManifest manifest, FormKind kind) {
        return manifest.getForms().stream()
                .filter(form -> form.getForm() == kind)
                .mapToInt(form -> form.getChunkDigests().size())
                .sum();
    }
}
