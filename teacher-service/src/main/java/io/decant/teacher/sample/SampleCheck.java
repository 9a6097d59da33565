package io.decant.teacher.sample;

import io.decant.model.spec.InputSpec;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.Tensors;
import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import java.util.Optional;

/**
 * Decides whether the teacher can score a sample. The first rule broken is the one that is
 * reported: read, event time, features. <i>Thread-safe: pure.</i>
 */
public final class SampleCheck {
    private final Optional<InputSpec> input;

    /**
     * A check against one teacher.
     *
     * @param input what the teacher takes, without the batch dimension
     */
    public SampleCheck(InputSpec input) {
        this.input = Optional.of(input);
    }

    /** A check while nobody knows what the teacher will take: features must be what they say. */
    public SampleCheck() {
        input = Optional.empty();
    }

    /**
     * Judges one record.
     *
     * @param decoded as it was read, its place already checked
     */
    public Verdict judge(Decoded<Sample> decoded) {
        if (decoded instanceof Decoded.Bad<Sample> bad) {
            return new Verdict.Refused(bad.reason(), bad.detail());
        }
        Sample sample = ((Decoded.Good<Sample>) decoded).value();
        if (sample.getEventTimeMillis() < 0) {
            return invalid(
                    "the event time is "
                            + sample.getEventTimeMillis()
                            + "; expected milliseconds since 1970-01-01T00:00Z, 0 or more");
        }
        Optional<Decoded.Bad<Tensor>> problem = problem(sample.getFeatures());
        return problem.isPresent()
                ? new Verdict.Refused(problem.get().reason(), problem.get().detail())
                : new Verdict.Fit(sample, Tensors.bytes(sample.getFeatures()));
    }

    private Optional<Decoded.Bad<Tensor>> problem(Tensor features) {
        return Tensors.problem(
                features,
                input.map(teacher -> DType.valueOf(teacher.dtype().name()))
                        .orElse(features.getDtype()),
                input.map(InputSpec::shape).orElse(features.getShape()));
    }

    private static Verdict invalid(String detail) {
        return new Verdict.Refused(DeadLetterReason.INVALID_VALUE, detail);
    }
}
