package io.decant.trainer.join;

import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.pipeline.record.Tensors;
import io.decant.records.DType;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.Prefix8;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Records to test with: ten classes, features that depend on the sample's id. */
final class Examples {
    static final int CLASSES = 10;
    static final long EVENT_MILLIS = 1_700_000_000_000L;

    private Examples() {}

    static Sample sample(String id) {
        byte[] features = new byte[16];
        new java.util.Random(id.hashCode()).nextBytes(features);
        Sample sample = new Sample();
        sample.setSampleId(id);
        sample.setFeatures(new Tensor(DType.U8, List.of(4, 4), ByteBuffer.wrap(features)));
        sample.setEventTimeMillis(EVENT_MILLIS);
        sample.setAttributes(Map.of("camera", "north"));
        return sample;
    }

    static SoftTarget softTarget(Sample of, Position at, String teacher) {
        SoftTarget target = new SoftTarget();
        target.setSampleId(of.getSampleId());
        target.setTeacherId(teacher);
        target.setTeacherVersion(new Prefix8(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
        target.setOutcome(Outcome.SCORED);
        target.setClassCount(CLASSES);
        target.setTemperature(3);
        target.setEncoding(Encoding.I8);
        target.setPayload(
                ByteBuffer.wrap(
                        SoftTargetPayload.encode(
                                new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, Encoding.I8)));
        target.setFeatureHash(Tensors.hash(Tensors.bytes(of.getFeatures())));
        target.setSamplePartition(at.partition());
        target.setSampleOffset(at.offset());
        target.setEventTimeMillis(of.getEventTimeMillis());
        target.setHints(Map.of());
        return target;
    }

    static Label label(String id, int classIndex) {
        Label label = new Label();
        label.setSampleId(id);
        label.setClassIndex(classIndex);
        label.setSource("test");
        label.setEventTimeMillis(EVENT_MILLIS + 250);
        return label;
    }

    static Label distribution(String id, int certain) {
        Float[] probabilities = new Float[CLASSES];
        for (int i = 0; i < CLASSES; i++) {
            probabilities[i] = i == certain ? 1f : 0f;
        }
        Label label = label(id, 0);
        label.setClassIndex(null);
        label.setDistribution(List.of(probabilities));
        return label;
    }
}
