package io.decant.bench.journal;

import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.pipeline.record.Tensors;
import io.decant.records.Encoding;
import io.decant.records.Outcome;
import io.decant.records.Prefix8;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * A soft target as the teacher service writes it by default for few classes; the logits are noise.
 * <i>Thread-safe: all methods are pure.</i>
 */
public final class TeacherAnswer {
    public static final int CLASSES = 10;

    private TeacherAnswer() {}

    /** The answer to a sample that stands at this partition and offset. */
    public static SoftTarget to(Sample sample, int partition, long offset, Random random) {
        float[] softened = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            softened[c] = (float) random.nextGaussian();
        }
        return SoftTarget.newBuilder()
                .setSampleId(sample.getSampleId())
                .setTeacherId("teacher")
                .setTeacherVersion(new Prefix8(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}))
                .setOutcome(Outcome.SCORED)
                .setClassCount(CLASSES)
                .setTemperature(3)
                .setEncoding(Encoding.I8)
                .setPayload(ByteBuffer.wrap(SoftTargetPayload.encode(softened, Encoding.I8)))
                .setFeatureHash(Tensors.hash(Tensors.bytes(sample.getFeatures())))
                .setSamplePartition(partition)
                .setSampleOffset(offset)
                .setEventTimeMillis(sample.getEventTimeMillis())
                .build();
    }
}
