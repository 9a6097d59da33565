package io.decant.teacher.sample;

import io.decant.model.spec.InputSpec;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.Tensors;
import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether the teacher can score a record from the samples topic. The first rule broken is
 * the one that is reported: decodable, key, partition, event time, features. <i>Thread-safe:
 * pure.</i>
 */
public final class SampleCheck {
    private final Topics topics;
    private final DType dtype;
    private final List<Integer> shape;

    /**
     * A check against one teacher.
     *
     * @param input what the teacher takes, without the batch dimension
     */
    public SampleCheck(Topics topics, InputSpec input) {
        this.topics = topics;
        this.dtype = DType.valueOf(input.dtype().name());
        this.shape = input.shape();
    }

    /**
     * Judges one record.
     *
     * @param key the record's key; null if it has none
     * @param partition the partition that the record was read from
     */
    public Verdict judge(byte[] key, int partition, Decoded<Sample> decoded) {
        if (decoded instanceof Decoded.Bad<Sample> bad) {
            return new Verdict.Refused(bad.reason(), bad.detail());
        }
        Sample sample = ((Decoded.Good<Sample>) decoded).value();
        String id = sample.getSampleId();
        if (id.isEmpty()) {
            return invalid("the sample id is empty; expected a name that no other sample has");
        }
        if (key == null) {
            return invalid("the record has no key; expected the sample id in UTF-8");
        }
        if (!Arrays.equals(key, id.getBytes(StandardCharsets.UTF_8))) {
            return invalid("the record's key is not the sample id; expected its UTF-8 bytes");
        }
        int expected = topics.samplePartition(id);
        if (partition != expected) {
            return new Verdict.Refused(
                    DeadLetterReason.WRONG_PARTITION,
                    "the key belongs in partition "
                            + expected
                            + " of "
                            + topics.samplePartitions()
                            + " by murmur2, the record is in partition "
                            + partition
                            + "; producers on librdkafka need partitioner=murmur2_random");
        }
        if (sample.getEventTimeMillis() < 0) {
            return invalid(
                    "the event time is "
                            + sample.getEventTimeMillis()
                            + "; expected milliseconds since 1970-01-01T00:00Z, 0 or more");
        }
        Optional<Decoded.Bad<Tensor>> problem = Tensors.problem(sample.getFeatures(), dtype, shape);
        return problem.isPresent()
                ? new Verdict.Refused(problem.get().reason(), problem.get().detail())
                : new Verdict.Fit(sample, Tensors.bytes(sample.getFeatures()));
    }

    private static Verdict invalid(String detail) {
        return new Verdict.Refused(DeadLetterReason.INVALID_VALUE, detail);
    }
}
