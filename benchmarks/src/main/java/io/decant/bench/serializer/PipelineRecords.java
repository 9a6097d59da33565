package io.decant.bench.serializer;

import io.decant.bench.journal.TeacherAnswer;
import io.decant.dataset.IdxSplit;
import io.decant.records.Label;
import io.decant.records.PairKind;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What the pipeline moves for some images: samples, a teacher's answers, labelled pairs.
 * <i>Immutable; the records are shared and never written.</i>
 */
record PipelineRecords(
        List<Sample> samples, List<SoftTarget> softTargets, List<TrainingPair> pairs) {
    PipelineRecords {
        samples = List.copyOf(samples);
        softTargets = List.copyOf(softTargets);
        pairs = List.copyOf(pairs);
    }

    /** Of the first images of a split, which begins anew where it ends. */
    static PipelineRecords of(IdxSplit split, int count, long seed) {
        Random random = new Random(seed);
        List<Sample> samples = new ArrayList<>();
        List<SoftTarget> softTargets = new ArrayList<>();
        List<TrainingPair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i % split.size();
            Sample sample = Wire.sample("b-" + i, split, index);
            SoftTarget softTarget = TeacherAnswer.to(sample, 0, i, random);
            samples.add(sample);
            softTargets.add(softTarget);
            pairs.add(pair(sample, softTarget, split.label(index)));
        }
        return new PipelineRecords(samples, softTargets, pairs);
    }

    private static TrainingPair pair(Sample sample, SoftTarget softTarget, int label) {
        long offset = softTarget.getSampleOffset();
        return TrainingPair.newBuilder()
                .setKind(PairKind.LABELLED)
                .setSampleId(sample.getSampleId())
                .setFeatures(sample.getFeatures())
                .setSoftTargets(List.of(softTarget))
                .setLabel(
                        new Label(
                                sample.getSampleId(),
                                label,
                                null,
                                "bench",
                                sample.getEventTimeMillis()))
                .setAttributes(Map.of())
                .setSamplePartition(softTarget.getSamplePartition())
                .setSampleOffset(offset)
                .setSoftTargetOffsets(List.of(offset))
                .setLabelOffset(offset)
                .setEventTimeMillis(sample.getEventTimeMillis())
                .build();
    }
}
