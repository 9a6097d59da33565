package io.decant.it.harness;

import io.decant.records.CheckpointManifest;
import io.decant.records.DType;
import io.decant.records.Encoding;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.Prefix8;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.records.TrainingPair;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/**
 * The tally model: a student whose weight i says how often sample i was learned.
 *
 * <p>Inputs are one-hot, the model is linear without bias and begins at zero, the optimiser is
 * plain SGD with learning rate 1, weights are not averaged. The teacher is certain (p = (1, 0)), α
 * is 1 and T is 64, so a pair's gradient on its own weight is T (q − p) / 32 = 64 (½ − 1) / 32 =
 * −1, exactly, when it is learned for the first time: nothing else ever touches that weight, and ½,
 * 1, 32 and 64 are exact in binary. <i>Thread-safe.</i>
 */
public final class Tally {
    private Tally() {}

    /** The trainer's settings, without a service's name in front. */
    public static List<String> trainerSettings(int samples) {
        return List.of(
                "model.name=tally",
                "model.dims=" + samples + ",2",
                "model.bias=false",
                "model.input.dtype=u8",
                "model.input.shape=" + samples,
                "model.input.scale=1",
                "model.input.mean=0",
                "model.input.sd=1",
                "initial-weights=zeros",
                "optimizer=sgd",
                "learning-rate=1",
                "ema=0",
                "alpha=1",
                // Nothing may touch a weight twice.
                "trust.enabled=false",
                "rehearsal.capacity=0",
                "temperature=64",
                // All of a version at once; its weights are exact as binary16 too.
                "checkpoint.delta-share=1",
                "publish.interval=500ms");
    }

    /** The teacher's settings, without a service's name in front. */
    public static List<String> teacherSettings(Path folder, int samples) {
        return List.of(
                "teacher.file=" + ConstantTeacher.write(folder, "u8", samples, 10_000),
                "encoding=f32");
    }

    /** Sample i: 1 at position i, else 0. */
    public static byte[] oneHot(int index, int samples) {
        byte[] features = new byte[samples];
        features[index] = 1;
        return features;
    }

    /** Sample i with the teacher's answer, as the join writes it to the journal. */
    public static TrainingPair pair(int index, int samples) {
        ByteBuffer logits = ByteBuffer.allocate(2 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        logits.putFloat(10_000).putFloat(-10_000).flip();
        String id = "tally-" + index;
        SoftTarget answer =
                SoftTarget.newBuilder()
                        .setSampleId(id)
                        .setTeacherId("constant")
                        .setTeacherVersion(new Prefix8(new byte[8]))
                        .setOutcome(Outcome.SCORED)
                        .setClassCount(2)
                        .setTemperature(1)
                        .setEncoding(Encoding.F32)
                        .setPayload(logits)
                        .setFeatureHash(new Prefix8(new byte[8]))
                        .setSamplePartition(0)
                        .setSampleOffset(index)
                        .setEventTimeMillis(1)
                        .build();
        return TrainingPair.newBuilder()
                .setKind(PairKind.SOFT_ONLY)
                .setSampleId(id)
                .setFeatures(
                        new Tensor(
                                DType.U8,
                                List.of(samples),
                                ByteBuffer.wrap(oneHot(index, samples))))
                .setSoftTargets(List.of(answer))
                .setLabel(null)
                .setSamplePartition(0)
                .setSampleOffset(index)
                .setEventTimeMillis(1)
                .build();
    }

    /** How often each sample was learned, as the version's weights say. */
    public static float[] counts(
            io.decant.pipeline.kafka.ClusterSettings cluster,
            CheckpointManifest manifest,
            int samples) {
        float[] weights =
                PublishedModels.read(cluster, manifest.getModel())
                        .get(manifest.getVersion())
                        .floats();
        // Row 0 of the [2, samples] matrix: the weights towards the class that the teacher is
        // certain of.
        return java.util.Arrays.copyOf(weights, samples);
    }
}
