package io.decant.teacher.answer;

import io.decant.pipeline.record.Tensors;
import io.decant.records.Encoding;
import io.decant.records.Outcome;
import io.decant.records.Prefix8;
import io.decant.records.SoftTarget;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Writes that a sample is not answered, and why. One record is filled again and again: it is valid
 * until the next one. <i>Owned by one thread.</i>
 */
public final class SkipWriter {
    private static final byte[] NOBODY = new byte[8];

    private final SoftTarget skip = new SoftTarget();

    /** A writer for a teacher of which no version is known yet. */
    public SkipWriter(String teacherId) {
        this(teacherId, NOBODY);
    }

    /**
     * A writer for one teacher.
     *
     * @param version first 8 bytes of the SHA-256 of its file
     */
    public SkipWriter(String teacherId, byte[] version) {
        skip.setTeacherId(teacherId);
        skip.setTeacherVersion(new Prefix8(version));
        skip.setOutcome(Outcome.SKIPPED);
        skip.setTemperature(1);
        skip.setEncoding(Encoding.UNKNOWN);
        skip.setPayload(ByteBuffer.allocate(0));
        skip.setHints(Map.of());
    }

    /**
     * The record for a sample.
     *
     * @param reason one sentence
     */
    public SoftTarget write(Question question, String reason) {
        skip.setSampleId(question.sample().getSampleId());
        skip.setSkipReason(reason);
        skip.setFeatureHash(Tensors.hash(question.features()));
        skip.setSamplePartition(question.origin().partition());
        skip.setSampleOffset(question.origin().offset());
        skip.setEventTimeMillis(question.sample().getEventTimeMillis());
        return skip;
    }
}
