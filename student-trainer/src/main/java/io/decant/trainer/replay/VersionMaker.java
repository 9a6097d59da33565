package io.decant.trainer.replay;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.torch.Torch;
import io.decant.records.Lineage;
import io.decant.trainer.LocalFiles;
import io.decant.trainer.WarmStart;
import io.decant.trainer.journal.Reading;
import io.decant.trainer.learn.JournalPosition;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.LearningSettings;
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
 * Learns versions again from their pieces, with batch borders where time or a publish had set them,
 * never by a clock, and compares each with the digests that lineage recorded. After anything but
 * {@link Verdict.Equal} it is of no more use. <i>Owned by one thread.</i>
 */
final class VersionMaker implements AutoCloseable {
    private final String journalTopicId;
    private final PredictionListener listener;
    private final LocalFiles files;
    private Optional<LearnerState> last;
    private Optional<Life> life = Optional.empty();

    /** The version under way. */
    private Lineage lineage;

    private Queue<Long> borders = new ArrayDeque<>();
    private long taken;

    /**
     * A learner under one configuration; a trainer that came back with another begins a new one.
     */
    private record Life(Map<String, String> configuration, Learner learner) {}

    /**
     * Begins at a state, or at genesis.
     *
     * @param start the state of the parent of the first version that will be made; empty when that
     *     is the first version of all
     * @param files of the model, if somebody knows where they are
     */
    VersionMaker(
            String journalTopicId,
            Optional<LearnerState> start,
            LocalFiles files,
            PredictionListener listener) {
        this.journalTopicId = journalTopicId;
        this.files = files;
        this.last = start;
        this.listener = listener;
    }

    /** Takes the next piece in; a verdict comes with a version's last. */
    Optional<Verdict> accept(Piece piece) {
        if (piece instanceof Piece.Begin begin) {
            return begin(begin);
        } else if (piece instanceof Piece.Taken some) {
            some.readings().forEach(this::take);
            return Optional.empty();
        } else if (piece instanceof Piece.End end) {
            return Optional.of(end(end));
        }
        return Optional.of(((Piece.Broken) piece).verdict());
    }

    private Optional<Verdict> begin(Piece.Begin begin) {
        lineage = begin.lineage();
        borders = new ArrayDeque<>(lineage.getBorders());
        taken = 0;
        long parent = last.map(state -> state.header().version()).orElse(0L);
        if (lineage.getParentVersion() != parent) {
            return Optional.of(
                    new Verdict.NotVerifiable(
                            lineage.getVersion(),
                            "lineage between version "
                                    + parent
                                    + " and version "
                                    + lineage.getVersion()
                                    + " is missing"));
        }
        if (last.isPresent()
                && !last.get().header().nextOffsets().equals(lineage.getStartOffsets())) {
            return damaged(
                    "it begins at the journal offsets "
                            + lineage.getStartOffsets()
                            + ", but its parent ended at "
                            + last.get().header().nextOffsets());
        }
        if (begin.config().trainedOn().isGpu()) {
            return Optional.of(
                    new Verdict.NotVerifiable(
                            lineage.getVersion(),
                            "it was learned on "
                                    + begin.config().trainedOn()
                                    + ": a GPU adds in an order of its own, so equal bits are promised on the processor only"));
        }
        Optional<WarmStart> warm;
        try {
            warm = last.isPresent() ? Optional.empty() : WarmStart.of(begin.config(), files.init());
        } catch (InvalidModelException missing) {
            return Optional.of(
                    new Verdict.NotVerifiable(lineage.getVersion(), missing.getMessage()));
        }
        try {
            live(begin, warm);
        } catch (InvalidModelException unfit) {
            return damaged("its configuration does not fit its parent: " + unfit.getMessage());
        }
        long seed = learner().seed();
        return seed == lineage.getSeed()
                ? Optional.empty()
                : damaged(
                        "lineage says seed "
                                + lineage.getSeed()
                                + ", but the model was born with seed "
                                + seed);
    }

    private Optional<Verdict> damaged(String how) {
        return Optional.of(new Verdict.Differs(lineage.getVersion(), how, "lineage is damaged"));
    }

    private void live(Piece.Begin begin, Optional<WarmStart> warm) {
        if (life.isPresent() && life.get().configuration.equals(lineage.getConfiguration())) {
            return;
        }
        life.ifPresent(old -> old.learner.close());
        life = Optional.empty();
        LearningSettings settings = begin.config().learning(files.student());
        Learner learner =
                last.isPresent()
                        ? Learner.restore(settings, last.get(), listener)
                        : WarmStart.genesis(settings, warm, listener);
        life = Optional.of(new Life(Map.copyOf(lineage.getConfiguration()), learner));
    }

    private Learner learner() {
        return life.orElseThrow().learner;
    }

    private void take(Reading reading) {
        reading.teach(learner(), JournalPosition.NONE);
        taken++;
        while (!borders.isEmpty() && borders.element() == taken) {
            borders.remove();
            learner().learnOpen();
        }
    }

    private Verdict end(Piece.End end) {
        LearnerState state =
                learner()
                        .endVersion(
                                lineage.getFinished(),
                                new LearnerState.Header(
                                        lineage.getModel(),
                                        lineage.getVersion(),
                                        journalTopicId,
                                        end.nextOffsets(),
                                        life.orElseThrow().configuration))
                        .state();
        byte[] weights = Sha256.of(state.published());
        byte[] whole = Sha256.of(state.toBytes());
        boolean sameWeights = ByteBuffer.wrap(weights).equals(lineage.getWeightsDigest());
        if (!sameWeights || !ByteBuffer.wrap(whole).equals(lineage.getStateDigest())) {
            return new Verdict.Differs(
                    lineage.getVersion(),
                    sameWeights
                            ? "the weights are equal, the rest of the state is not"
                            : "the weights have the digest "
                                    + HexFormat.of().formatHex(weights)
                                    + ", lineage says "
                                    + hex(lineage.getWeightsDigest()),
                    likelyCause());
        }
        last = Optional.of(state);
        return new Verdict.Equal(
                lineage.getVersion(),
                HexFormat.of().formatHex(weights),
                HexFormat.of().formatHex(whole));
    }

    /** What of this machine is not as it was; bits are promised only where nothing differs. */
    private String likelyCause() {
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
        int threads = learner().threads();
        if (lineage.getThreads() != threads) {
            differences.add(
                    "the engine computes with "
                            + threads
                            + " threads, the trainer's did with "
                            + lineage.getThreads());
        }
        return differences.isEmpty()
                ? "processor, engine, threads and journal are as recorded, so lineage, configuration or code is not"
                : String.join("; ", differences);
    }

    private static String hex(ByteBuffer digest) {
        byte[] bytes = new byte[digest.remaining()];
        digest.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The state after the last version that was equal, or the one begun with. */
    Optional<LearnerState> state() {
        return last;
    }

    @Override
    public void close() {
        life.ifPresent(now -> now.learner.close());
    }
}
