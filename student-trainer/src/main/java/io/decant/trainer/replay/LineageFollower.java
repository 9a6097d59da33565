package io.decant.trainer.replay;

import io.decant.model.digest.Sha256;
import io.decant.model.torch.Torch;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.journal.JournalLearner;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.MissingRangeException;
import io.decant.trainer.journal.PairReader;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.PredictionListener;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * Makes versions again, one after the other, from the journal as their lineage says: the same
 * records in the same order, with batch borders where time or a publish had set them, never by a
 * clock. Each version is compared with the digests that lineage recorded. Recovery and replay share
 * it. <i>Owned by one thread.</i>
 */
public final class LineageFollower implements AutoCloseable {
    private final ClusterSettings cluster;
    private final RecordCodec codec;
    private final JournalSource journal;
    private final PredictionListener listener;

    private Optional<LearnerState> last;
    private Optional<Life> life = Optional.empty();

    /**
     * A learner under one configuration; a trainer that came back with another begins a new one.
     */
    private record Life(
            Map<String, String> configuration, JournalLearner learner, PairReader reader) {}

    /**
     * Begins at a state, or at genesis.
     *
     * @param codec reads journal records; stays the caller's, as the journal does
     * @param start the state of the parent of the first version that will be followed; empty when
     *     that is the first version of all
     */
    public LineageFollower(
            ClusterSettings cluster,
            RecordCodec codec,
            JournalSource journal,
            Optional<LearnerState> start,
            PredictionListener listener) {
        this.cluster = cluster;
        this.codec = codec;
        this.journal = journal;
        this.last = start;
        this.listener = listener;
    }

    /**
     * Makes the next version again. After anything but {@link Verdict.Equal} the follower is of no
     * more use.
     *
     * @param lineage of the version after the last one
     */
    public Verdict follow(Lineage lineage) {
        long version = lineage.getVersion();
        long parent = last.map(state -> state.header().version()).orElse(0L);
        if (lineage.getParentVersion() != parent) {
            return new Verdict.NotVerifiable(
                    version,
                    "lineage between version "
                            + parent
                            + " and version "
                            + version
                            + " is missing");
        }
        Life now = life(lineage);
        try {
            Optional<Verdict> misplaced = begin(lineage, now.learner);
            if (misplaced.isPresent()) {
                return misplaced.get();
            }
            learn(lineage, now);
        } catch (MissingRangeException gone) {
            return new Verdict.NotVerifiable(version, gone.getMessage());
        }
        JournalLearner.Version made =
                now.learner.endVersion(
                        lineage.getModel(), version, lineage.getFinished(), now.configuration);
        return compare(lineage, made);
    }

    private Life life(Lineage lineage) {
        if (life.isPresent() && life.get().configuration.equals(lineage.getConfiguration())) {
            return life.get();
        }
        life.ifPresent(old -> old.learner.close());
        TrainerConfig config = TrainerConfig.of(cluster, lineage.getConfiguration());
        Learner learner =
                last.isPresent()
                        ? Learner.restore(config.learning(), last.get(), listener)
                        : Learner.genesis(config.learning(), listener);
        List<Long> offsets =
                last.map(state -> state.header().nextOffsets()).orElse(lineage.getStartOffsets());
        Life begun =
                new Life(
                        Map.copyOf(lineage.getConfiguration()),
                        new JournalLearner(journal.topicId(), learner, offsets),
                        new PairReader(codec, config.spec(), learner.seed(), config.filter()));
        life = Optional.of(begun);
        return begun;
    }

    /** Checks that the version begins where the last one ended, and accepts what it accepted. */
    private Optional<Verdict> begin(Lineage lineage, JournalLearner learner) {
        if (!lineage.getStartOffsets().equals(learner.nextOffsets())) {
            return Optional.of(
                    new Verdict.Differs(
                            lineage.getVersion(),
                            "it begins at the journal offsets "
                                    + lineage.getStartOffsets()
                                    + ", but its parent ended at "
                                    + learner.nextOffsets(),
                            "lineage is damaged"));
        }
        for (Span span : lineage.getSpans()) {
            if (!span.getTopicId().equals(journal.topicId())) {
                return Optional.of(
                        new Verdict.NotVerifiable(
                                lineage.getVersion(),
                                "it was learned from the journal with topic id "
                                        + span.getTopicId()
                                        + ", and this journal has topic id "
                                        + journal.topicId()
                                        + ": the topic was recreated"));
            }
        }
        for (OffsetRange gap : lineage.getGaps()) {
            learner.skip(gap.getPartition(), gap.getTo());
        }
        return Optional.empty();
    }

    private void learn(Lineage lineage, Life now) {
        Queue<Long> borders = new ArrayDeque<>(lineage.getBorders());
        for (Span span : lineage.getSpans()) {
            journal.read(
                    span.getPartition(),
                    span.getFirstOffset(),
                    span.getLastOffset(),
                    record -> {
                        now.learner.take(record, now.reader.read(record.value()));
                        while (!borders.isEmpty() && borders.element() == now.learner.records()) {
                            borders.remove();
                            now.learner.border();
                        }
                    });
        }
    }

    private Verdict compare(Lineage lineage, JournalLearner.Version made) {
        long version = lineage.getVersion();
        List<io.decant.trainer.learn.Span> spans = made.intake().spans();
        for (int i = 0; i < lineage.getSpans().size(); i++) {
            Span recorded = lineage.getSpans().get(i);
            boolean same =
                    i < spans.size()
                            && spans.get(i).records() == recorded.getRecords()
                            && spans.get(i).hash().equals(recorded.getHash());
            if (!same) {
                return new Verdict.Differs(
                        version,
                        "partition "
                                + recorded.getPartition()
                                + " offsets "
                                + recorded.getFirstOffset()
                                + " to "
                                + recorded.getLastOffset()
                                + " do not hold the "
                                + recorded.getRecords()
                                + " records that were learned",
                        "the journal was changed");
            }
        }
        byte[] weights = Sha256.of(made.state().studentAverage());
        byte[] state = Sha256.of(made.state().toBytes());
        boolean sameWeights = ByteBuffer.wrap(weights).equals(lineage.getWeightsDigest());
        if (!sameWeights || !ByteBuffer.wrap(state).equals(lineage.getStateDigest())) {
            return new Verdict.Differs(
                    version,
                    sameWeights
                            ? "the weights are equal, the rest of the state is not"
                            : "the weights have the digest "
                                    + HexFormat.of().formatHex(weights)
                                    + ", lineage says "
                                    + hex(lineage.getWeightsDigest()),
                    environment(lineage));
        }
        last = Optional.of(made.state());
        return new Verdict.Equal(version, made.state());
    }

    /** What of this machine is not as it was; bits are promised only where nothing differs. */
    private static String environment(Lineage lineage) {
        List<String> differences = new ArrayList<>();
        if (!lineage.getCpuCapability().equals(Torch.cpuCapability())) {
            differences.add(
                    "the processor can do "
                            + Torch.cpuCapability()
                            + ", the trainer's could do "
                            + lineage.getCpuCapability());
        }
        if (!lineage.getEngine().equals(Torch.engineDescription())) {
            differences.add(
                    "the engine is "
                            + Torch.engineDescription()
                            + ", the trainer's was "
                            + lineage.getEngine());
        }
        return differences.isEmpty()
                ? "processor, engine and journal are as recorded, so lineage, configuration or code is not"
                : String.join("; ", differences);
    }

    private static String hex(ByteBuffer digest) {
        byte[] bytes = new byte[digest.remaining()];
        digest.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The state after the last version that was equal, or the one begun with. */
    public Optional<LearnerState> state() {
        return last;
    }

    @Override
    public void close() {
        life.ifPresent(now -> now.learner.close());
    }
}
