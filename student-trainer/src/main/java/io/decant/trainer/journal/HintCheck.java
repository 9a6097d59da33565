package io.decant.trainer.journal;

import io.decant.model.hint.Hint;
import io.decant.model.number.Float16;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.Tensors;
import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads of a teacher's answer the hints that a model wants. An answer without all of them is
 * learned without any; one whose hints cannot be the student's is refused. <i>Immutable.</i>
 */
final class HintCheck {
    private final List<Hint> wanted;

    HintCheck(List<Hint> wanted) {
        this.wanted = List.copyOf(wanted);
    }

    /** What is kept of each hint, in the order of the settings; empty when one is missing. */
    Decoded<List<float[]>> check(SoftTarget target) {
        List<float[]> kept = new ArrayList<>();
        for (Hint hint : wanted) {
            Tensor tensor = target.getHints().get(hint.layer());
            if (tensor == null) {
                return new Decoded.Good<>(List.of());
            }
            if (!isWhole(tensor)) {
                return refused(
                        DeadLetterReason.WRONG_SHAPE,
                        hint,
                        "holds "
                                + tensor.getData().remaining()
                                + " bytes; expected those of F16 or F32 "
                                + tensor.getShape());
            }
            float[] values = values(tensor);
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    return refused(
                            DeadLetterReason.NOT_FINITE, hint, "is not finite; expected numbers");
                }
            }
            try {
                kept.add(hint.kept(values, tensor.getShape()));
            } catch (IllegalArgumentException unlike) {
                return refused(DeadLetterReason.WRONG_SHAPE, hint, unlike.getMessage());
            }
        }
        return new Decoded.Good<>(kept);
    }

    private static Decoded<List<float[]>> refused(
            DeadLetterReason reason, Hint hint, String problem) {
        return new Decoded.Bad<>(reason, "the hint " + hint.layer() + " " + problem);
    }

    /** Whether a float tensor has the bytes that its shape says. */
    private static boolean isWhole(Tensor tensor) {
        boolean isFloat = tensor.getDtype() == DType.F16 || tensor.getDtype() == DType.F32;
        long bytes = Tensors.elementBytes(tensor.getDtype());
        for (int length : tensor.getShape()) {
            bytes = length < 1 ? -1 : Math.min(bytes * length, Integer.MAX_VALUE);
        }
        return isFloat && bytes == tensor.getData().remaining();
    }

    private static float[] values(Tensor tensor) {
        ByteBuffer data = tensor.getData().slice().order(ByteOrder.LITTLE_ENDIAN);
        int bytes = Tensors.elementBytes(tensor.getDtype());
        float[] values = new float[data.remaining() / bytes];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    tensor.getDtype() == DType.F32
                            ? data.getFloat(i * bytes)
                            : Float16.toFloat(data.getShort(i * bytes));
        }
        return values;
    }
}
