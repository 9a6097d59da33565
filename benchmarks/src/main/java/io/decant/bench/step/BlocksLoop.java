package io.decant.bench.step;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import io.decant.bench.step.Task.Batch;

/**
 * A loop of one's own on DJL's blocks: no trainer, no parameter server, only forward, backward and
 * DJL's Adam. <i>Owned by one thread.</i>
 */
final class BlocksLoop implements Contender {
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final Task task;
    private final Block block;
    private final ParameterStore parameters = new ParameterStore(manager, false);
    private final Optimizer optimizer = DjlStudent.optimizer();
    private final DjlLoss loss = new DjlLoss();
    private final DjlBatch records;

    BlocksLoop(Task task, float[] start) {
        this.task = task;
        block = DjlStudent.block(task.student());
        block.initialize(
                manager, DataType.FLOAT32, new Shape(task.rows(), task.student().input().size()));
        DjlStudent.write(block, start);
        records = new DjlBatch(task);
    }

    @Override
    public void step(Batch batch) {
        records.fill(batch);
        try (NDManager memory = manager.newSubManager()) {
            NDList labels = new NDList(records.teacherLogits(memory), records.labels(memory));
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDList logits = block.forward(parameters, new NDList(records.inputs(memory)), true);
                collector.backward(loss.evaluate(labels, logits));
            }
            for (Parameter parameter : block.getParameters().values()) {
                NDArray weight = parameter.getArray();
                // DJL's Adam also sets the gradient back to 0.
                try (NDArray gradient = weight.getGradient()) {
                    optimizer.update(parameter.getId(), weight, gradient);
                }
            }
        }
    }

    @Override
    public float[] weights() {
        return DjlStudent.read(block, task.student());
    }

    @Override
    public void close() {
        block.clear();
        manager.close();
    }
}
