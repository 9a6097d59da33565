package io.decant.bench.reload;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.Delta;
import io.decant.model.digest.Sha256;
import io.decant.model.forward.MlpForward;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Versions of a model whose average wanders: each one a delta of 5 %, every 10th an anchor too, as
 * a trainer makes them, at any rate. It remembers what each version answers to the probes. <i>One
 * thread makes versions; any may ask for answers.</i>
 */
final class VersionSource {
    static final int PROBES = 8;

    private static final double SHARE = 0.05;
    private static final int ANCHOR_EVERY = 10;

    private final ModelSpec spec;
    private final MlpForward forward;
    private final Random random;
    private final float[] average;
    private final float[] published;
    private final Map<Long, float[][]> answers = new ConcurrentHashMap<>();
    private long version;

    /**
     * One version's content.
     *
     * @param delta what it adds to its parent; empty for the first
     * @param anchor all weights, when it is due
     * @param expectedLogits [probes][classes]
     */
    record Version(
            long number,
            ModelSpec spec,
            Optional<byte[]> delta,
            Optional<byte[]> anchor,
            byte[] weightsDigest,
            List<List<Float>> expectedLogits) {}

    /**
     * Starts before the first version.
     *
     * @param dims layer widths, input first
     */
    VersionSource(List<Integer> dims, long seed) {
        random = new Random(seed);
        InputSpec input = new InputSpec(DType.U8, List.of(dims.get(0)), 1 / 255.0, 0.1307, 0.3081);
        List<CannedInput> probes = new ArrayList<>();
        for (int i = 0; i < PROBES; i++) {
            byte[] pixels = new byte[dims.get(0)];
            random.nextBytes(pixels);
            probes.add(CannedInput.of(pixels));
        }
        spec = ModelSpec.mlp(dims, input).withCannedInputs(probes);
        forward = new MlpForward(spec);
        average = InitialWeights.uniform(spec, seed);
        published = average.clone();
    }

    ModelSpec spec() {
        return spec;
    }

    /** What a version answers to a probe, [classes]; null for one that was never made. */
    float[] answer(long number, int probe) {
        float[][] rows = answers.get(number);
        return rows == null ? null : rows[probe];
    }

    Version next() {
        version++;
        Optional<byte[]> delta = Optional.empty();
        if (version > 1) {
            wander();
            Delta step =
                    Delta.between(
                            published,
                            average,
                            (int) (SHARE * published.length),
                            AnchorEncoding.F32);
            step.addTo(spec, published);
            delta = Optional.of(step.toBytes());
        }
        boolean full = version == 1 || version % ANCHOR_EVERY == 0;
        Optional<byte[]> anchor =
                full ? Optional.of(Anchor.encode(spec, bytes(published))) : Optional.empty();
        float[][] rows = logits();
        answers.put(version, rows);
        return new Version(version, spec, delta, anchor, Sha256.of(published), lists(rows));
    }

    /** A tenth of the weights moves: the source must not take the processor from what it feeds. */
    private void wander() {
        for (int moved = average.length / 10; moved > 0; moved--) {
            average[random.nextInt(average.length)] += (float) (random.nextGaussian() * 2e-3);
        }
    }

    private float[][] logits() {
        MlpForward.Weights ready = forward.weights(published);
        float[][] rows = new float[PROBES][spec.classCount()];
        for (int i = 0; i < PROBES; i++) {
            forward.logits(ready, spec.cannedInputs().get(i).bytes(), 0, rows[i]);
        }
        return rows;
    }

    private static List<List<Float>> lists(float[][] rows) {
        return Arrays.stream(rows)
                .map(
                        row -> {
                            List<Float> list = new ArrayList<>(row.length);
                            for (float value : row) {
                                list.add(value);
                            }
                            return list;
                        })
                .toList();
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
