package io.decant.trainer.rerun;

import io.decant.records.PairKind;
import io.decant.trainer.learn.LabelClass;
import io.decant.trainer.learn.Pair;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The samples that were learned last, with their labels as far as these have come. <i>Owned by one
 * thread.</i>
 */
final class RecentPairs {
    private final int most;

    /** By sample id, oldest first. */
    private final Map<String, Example> recent = new LinkedHashMap<>();

    RecentPairs(int most) {
        this.most = most;
    }

    void learned(Pair pair) {
        OptionalInt label =
                pair.label()
                        .map(LabelClass::scored)
                        .map(OptionalInt::of)
                        .orElse(OptionalInt.empty());
        if (pair.kind() == PairKind.LABEL_CORRECTION) {
            recent.computeIfPresent(
                    pair.sampleId(), (id, example) -> new Example(example.input(), label));
        } else if (pair.kind() != PairKind.GATE) {
            recent.put(pair.sampleId(), new Example(bytes(pair.features()), label));
            if (recent.size() > most) {
                recent.remove(recent.keySet().iterator().next());
            }
        }
    }

    private static byte[] bytes(ByteBuffer features) {
        byte[] bytes = new byte[features.remaining()];
        features.duplicate().get(bytes);
        return bytes;
    }

    List<Example> examples() {
        return List.copyOf(recent.values());
    }
}
