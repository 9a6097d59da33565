package io.decant.trainer.join;

import io.decant.pipeline.record.Tensors;
import io.decant.records.DeadLetterReason;
import io.decant.records.Prefix8;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.trainer.join.KeptRecords.Lookup;
import java.nio.ByteBuffer;

/** Whether the sample at a position is the one that a teacher saw. <i>Immutable.</i> */
sealed interface SampleCheck {
    /** It is. */
    record Good(Sample sample) implements SampleCheck {}

    /** It is not, or cannot be read. */
    record Bad(RecordRules.Problem problem) implements SampleCheck {}

    /** The topic's retention has removed it. */
    record Gone() implements SampleCheck {}

    /** Looks for the sample that a soft target names. */
    static SampleCheck of(SoftTarget answer, KeptRecords records) {
        return of(
                Position.of(answer), answer.getSampleId(), hash(answer.getFeatureHash()), records);
    }

    /**
     * Looks for a sample.
     *
     * @param featureHash as {@link #hash} gives it
     */
    static SampleCheck of(Position at, String sampleId, long featureHash, KeptRecords records) {
        Lookup lookup = records.sample(at);
        if (lookup instanceof Lookup.Found found) {
            return of(found.sample(), at, sampleId, featureHash);
        }
        return lookup instanceof Lookup.Unusable unusable
                ? bad(DeadLetterReason.INVALID_VALUE, unusable.detail())
                : new Gone();
    }

    private static SampleCheck of(Sample sample, Position at, String sampleId, long featureHash) {
        if (!sample.getSampleId().equals(sampleId)) {
            return bad(
                    DeadLetterReason.INVALID_VALUE,
                    "the sample at " + shown(at) + " has another id; expected " + sampleId);
        }
        if (hash(Tensors.hash(Tensors.bytes(sample.getFeatures()))) != featureHash) {
            return bad(
                    DeadLetterReason.HASH_MISMATCH,
                    "the features at "
                            + shown(at)
                            + " are not those that the teacher scored; expected equal SHA-256");
        }
        return new Good(sample);
    }

    /** Eight bytes of a hash as one number, big-endian. */
    static long hash(Prefix8 prefix) {
        return ByteBuffer.wrap(prefix.bytes()).getLong();
    }

    private static SampleCheck bad(DeadLetterReason reason, String detail) {
        return new Bad(new RecordRules.Problem(reason, detail));
    }

    private static String shown(Position at) {
        return "samples " + at.partition() + "@" + at.offset();
    }
}
