package io.decant.bench.step;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** The student and its optimiser from DJL's own parts. <i>Thread-safe.</i> */
final class DjlStudent {
    private DjlStudent() {}

    static Block block(ModelSpec spec) {
        List<Integer> dims = spec.mlp().dims();
        SequentialBlock block = new SequentialBlock();
        for (int layer = 1; layer < dims.size(); layer++) {
            block.add(Linear.builder().setUnits(dims.get(layer)).build());
            if (layer < dims.size() - 1) {
                block.add(Activation::relu);
            }
        }
        return block;
    }

    static Optimizer optimizer() {
        StepSettings settings = Task.SETTINGS;
        return Optimizer.adam()
                .optLearningRateTracker(Tracker.fixed((float) settings.learningRate()))
                .optBeta1((float) settings.beta1())
                .optBeta2((float) settings.beta2())
                .optEpsilon((float) settings.epsilon())
                .build();
    }

    /** Overwrites an initialised block's weights: flat, in the order of the student's layout. */
    static void write(Block block, float[] weights) {
        int offset = 0;
        for (Parameter parameter : block.getParameters().values()) {
            FloatBuffer memory = memory(parameter);
            int size = memory.remaining();
            memory.put(weights, offset, size);
            offset += size;
        }
    }

    /** Copy of the weights: flat, in the order of the student's layout. */
    static float[] read(Block block, ModelSpec spec) {
        float[] weights = new float[spec.parameterCount()];
        int offset = 0;
        for (Parameter parameter : block.getParameters().values()) {
            FloatBuffer memory = memory(parameter);
            int size = memory.remaining();
            memory.get(weights, offset, size);
            offset += size;
        }
        return weights;
    }

    /** Shares the parameter's memory. */
    private static FloatBuffer memory(Parameter parameter) {
        NDArray array = parameter.getArray();
        return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
}
