package io.decant.trainer.replay;

import io.decant.model.digest.Sha256;
import io.decant.model.torch.Torch;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.trainer.learn.Intake;
import io.decant.trainer.learn.LearnerState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a trainer writes down about a version, in collections that a test may damage.
 * <i>Thread-safe.</i>
 */
public final class WrittenLineage {
    private WrittenLineage() {}

    public static Lineage of(LearnerState state, Intake intake, boolean finished, long seed) {
        LearnerState.Header header = state.header();
        String topicId = header.journalTopicId();
        return Lineage.newBuilder()
                .setModel(header.model())
                .setVersion(header.version())
                .setParentVersion(header.version() - 1)
                .setStartOffsets(new ArrayList<>(intake.from()))
                .setGaps(
                        intake.gaps().stream()
                                .map(
                                        gap ->
                                                new OffsetRange(
                                                        topicId,
                                                        gap.partition(),
                                                        gap.from(),
                                                        gap.to()))
                                .collect(Collectors.toCollection(ArrayList::new)))
                .setSpans(
                        intake.spans().stream()
                                .map(
                                        span ->
                                                new Span(
                                                        topicId,
                                                        span.partition(),
                                                        span.first(),
                                                        span.last(),
                                                        span.records(),
                                                        span.hash().duplicate()))
                                .collect(Collectors.toCollection(ArrayList::new)))
                .setBorders(new ArrayList<>(intake.borders()))
                .setFinished(finished)
                .setConfiguration(new TreeMap<>(header.configuration()))
                .setSeed(seed)
                .setEngine(Torch.engineDescription())
                .setCpuCapability(Torch.cpuCapability())
                .setThreads(1)
                .setWeightsDigest(ByteBuffer.wrap(Sha256.of(state.published())))
                .setStateDigest(ByteBuffer.wrap(Sha256.of(state.toBytes())))
                .build();
    }
}
