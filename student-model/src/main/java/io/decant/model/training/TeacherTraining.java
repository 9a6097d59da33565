package io.decant.model.training;

import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.forward.ForwardArchive;
import io.decant.model.forward.MlpForward;
import io.decant.model.random.SplitMix64;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.model.teacher.TeacherCardFacts.TrainingRange;
import io.decant.model.torch.TorchModule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.IntConsumer;

/**
 * Trains a perceptron as a teacher on part of a dataset's training split. The test split is only
 * measured. The same arguments give the same file on one machine with one intra-op thread.
 * <i>Thread-safe.</i>
 */
public final class TeacherTraining {
    private TeacherTraining() {}

    /**
     * Trains on samples [from, to) of the training split, standardised by their own mean and
     * deviation.
     *
     * @param epochDone told the number of finished epochs, from 1
     */
    public static TrainedTeacher train(
            IdxDataset dataset,
            int from,
            int to,
            TeacherTrainingSettings settings,
            IntConsumer epochDone) {
        Objects.checkFromToIndex(from, to, dataset.training().size());
        InputSpec input = dataset.training().standardisedBy(from, to);
        List<Integer> dims = new ArrayList<>(settings.hidden());
        dims.add(0, input.size());
        dims.add(dataset.classCount());
        ModelSpec spec = ModelSpec.mlp(dims, input);
        float[] weights = fit(spec, dataset.training(), from, to, settings, epochDone);
        double accuracy = accuracy(spec, weights, dataset.test());
        TeacherCardFacts facts =
                new TeacherCardFacts(
                        input,
                        true,
                        Optional.of(new TrainingRange(dataset.training().digest(), from, to)),
                        OptionalDouble.of(accuracy),
                        OptionalDouble.of(0));
        ByteBuffer flat =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(weights);
        byte[] archive =
                ForwardArchive.of(spec, flat)
                        .extra(TeacherCardFacts.EXTRA, facts.toJson())
                        .toBytes();
        return new TrainedTeacher(spec, weights, archive, accuracy);
    }

    private static float[] fit(
            ModelSpec spec,
            IdxSplit split,
            int from,
            int to,
            TeacherTrainingSettings settings,
            IntConsumer epochDone) {
        int samples = to - from;
        try (TorchModule module =
                TorchModule.load(TeacherTrainingSource.archive(spec, settings, samples))) {
            ByteBuffer weights = module.buffer("get_weights");
            weights.asFloatBuffer().put(InitialWeights.uniform(spec, settings.seed()));
            split.copy(from, to, module.buffer("get_samples"));
            ByteBuffer labels = module.buffer("get_labels");
            for (int i = 0; i < samples; i++) {
                labels.putLong(i * Long.BYTES, split.label(from + i));
            }
            ByteBuffer order = module.buffer("get_order");
            Random random = new Random(settings.seed());
            ByteBuffer noise = module.buffer("get_noise");
            long drawn = spec.parameterCount(); // The initial weights drew the numbers before.
            for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
                shuffle(order, samples, random);
                for (int batch = 0;
                        batch < TeacherTrainingSource.batches(settings, samples);
                        batch++) {
                    drawn = draw(noise, settings.seed(), drawn);
                    module.call("train", batch);
                }
                epochDone.accept(epoch);
            }
            float[] trained = new float[spec.parameterCount()];
            weights.asFloatBuffer().get(trained);
            return trained;
        }
    }

    /** Fills a step's random bytes and returns the position of the next. */
    private static long draw(ByteBuffer noise, long seed, long drawn) {
        for (int i = 0; i < noise.capacity(); i += Long.BYTES) {
            noise.putLong(i, SplitMix64.at(seed, drawn++));
        }
        return drawn;
    }

    /** Fisher and Yates' shuffle of 0 … n − 1. */
    private static void shuffle(ByteBuffer order, int n, Random random) {
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order.putLong(i * Long.BYTES, order.getLong(j * Long.BYTES));
            order.putLong(j * Long.BYTES, i);
        }
    }

    private static double accuracy(ModelSpec spec, float[] weights, IdxSplit split) {
        MlpForward forward = new MlpForward(spec);
        MlpForward.Weights ready = forward.weights(weights);
        float[] logits = new float[spec.classCount()];
        int right = 0;
        for (int i = 0; i < split.size(); i++) {
            forward.logits(ready, split.sample(i), 0, logits);
            int best = 0;
            for (int c = 1; c < logits.length; c++) {
                best = logits[c] > logits[best] ? c : best;
            }
            right += best == split.label(i) ? 1 : 0;
        }
        return (double) right / split.size();
    }
}
