package io.decant.trainer.replay;

import io.decant.model.checkpoint.Anchor;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.topics.TopicIds;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.topics.Topic;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.TopicJournal;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.recover.ModelRecords;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** A model's history in the topics of a cluster. <i>Owned by one thread.</i> */
public final class ClusterHistory implements ModelHistory {
    private final ClusterSettings cluster;
    private final String model;
    private final InstantSource clock;
    private final Duration patience;
    private final String journalTopicId;
    private final ModelRecords records;
    private final NavigableMap<Long, CheckpointManifest> manifests;
    private final NavigableMap<Long, Lineage> lineage;

    /**
     * Reads manifests and lineage to the end of their topics.
     *
     * @param patience longest wait for each topic; above the transaction timeout
     * @throws org.apache.kafka.common.KafkaException when the cluster cannot be asked
     */
    public ClusterHistory(
            ClusterSettings cluster, String model, InstantSource clock, Duration patience) {
        this.cluster = cluster;
        this.model = model;
        this.clock = clock;
        this.patience = patience;
        this.journalTopicId =
                TopicIds.of(cluster, List.of(Topic.TRAINING_PAIRS), patience)
                        .get(Topic.TRAINING_PAIRS);
        this.records = new ModelRecords(cluster, model, clock, patience);
        boolean read = false;
        try {
            this.manifests = Collections.unmodifiableNavigableMap(records.manifests());
            this.lineage = Collections.unmodifiableNavigableMap(records.lineage(Instant.EPOCH));
            read = true;
        } finally {
            if (!read) {
                records.close();
            }
        }
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public ClusterSettings cluster() {
        return cluster;
    }

    @Override
    public String journalTopicId() {
        return journalTopicId;
    }

    @Override
    public NavigableMap<Long, Lineage> lineage() {
        return lineage;
    }

    @Override
    public NavigableMap<Long, CheckpointManifest> manifests() {
        return manifests;
    }

    /** A slot holds the newest state that was written into it. */
    @Override
    public NavigableSet<Long> states() {
        Map<String, Long> newest = new HashMap<>();
        manifests.forEach(
                (version, manifest) -> {
                    if (!manifest.getStateSlot().isEmpty()) {
                        newest.put(manifest.getStateSlot(), version);
                    }
                });
        return new TreeSet<>(newest.values());
    }

    @Override
    public Optional<LearnerState> state(long version) {
        return Optional.ofNullable(manifests.get(version)).flatMap(records::state);
    }

    @Override
    public Optional<Anchor> weights(long version) {
        return records.weights(version, manifests);
    }

    @Override
    public JournalSource openJournal() {
        return new TopicJournal(
                new Clients(cluster),
                cluster.topics(),
                "replay-" + model,
                journalTopicId,
                clock,
                patience);
    }

    @Override
    public RecordCodec openCodec() {
        return new RecordCodec(cluster);
    }

    @Override
    public void close() {
        records.close();
    }
}
