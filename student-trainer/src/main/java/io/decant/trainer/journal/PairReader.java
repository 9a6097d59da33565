package io.decant.trainer.journal;

import io.decant.model.hint.Hint;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.trainer.learn.TeacherSettings;
import java.util.List;

/**
 * Reads what a journal record teaches one model: a function of the bytes, the specification, the
 * seed and the filter, so live learning and replay see the same. <i>Owned by one thread, as its
 * codec is.</i>
 */
public final class PairReader {
    private final RecordCodec codec;
    private final PairCheck check;
    private final PairFilter filter;

    /**
     * Reads for one model.
     *
     * @param codec stays the caller's
     * @param temperature the trainer's
     * @param seed the model's: it draws classes from labels that are distributions
     * @param teachers whose answers it can weigh
     * @param hints that the model wants
     */
    public PairReader(
            RecordCodec codec,
            ModelSpec spec,
            double temperature,
            long seed,
            PairFilter filter,
            TeacherSettings teachers,
            List<Hint> hints) {
        this.codec = codec;
        this.check = new PairCheck(spec, temperature, seed, teachers, hints);
        this.filter = filter;
    }

    /**
     * Reads a record's value.
     *
     * @throws org.apache.kafka.common.errors.SerializationException if the registry cannot be asked
     */
    public Reading read(byte[] value) {
        Decoded<TrainingPair> decoded =
                codec.decode(Topic.TRAINING_PAIRS, value, TrainingPair.class);
        if (decoded instanceof Decoded.Bad<TrainingPair> bad) {
            return new Reading.Refused(bad.reason(), bad.detail());
        }
        TrainingPair pair = ((Decoded.Good<TrainingPair>) decoded).value();
        // First the filter: what is not for this model need not fit it.
        if (!filter.passes(pair.getSampleId(), pair.getAttributes())) {
            return new Reading.LeftOut(pair.getSampleId());
        }
        return check.check(pair);
    }
}
